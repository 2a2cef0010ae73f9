package dev.raincheck.server.http;

import org.jspecify.annotations.Nullable;

/**
 * What an exchange needs of what carries it: an HTTP/1.1 connection, or one stream of an HTTP/2
 * connection. From {@link #begins} to {@link #ends} it passes the sweep on to the exchange.
 */
interface Carrier {
  Door door();

  /** What is wrong with the header by this version's rules, if its parser let it pass; or null. */
  @Nullable Refusal malformed();

  void begins(Exchange exchange);

  void ends(Exchange exchange);

  /** Whether the header said that a body follows, though perhaps an empty one. */
  boolean announcesBody(org.eclipse.jetty.server.Request jetty);

  /** Whether this is a connection of its own, which can end with its answer. */
  boolean isWholeConnection();

  /** Keeps what the system holds for this client small: for an answer that goes on and on. */
  void boundSendBuffer();

  /**
   * Whether only closing the connection ends a body that nobody reads: then the answer says so, and
   * the rest is read away for a while so that its sender sees the answer. Else {@link
   * #leaveBody} does.
   */
  boolean closesOnUnreadBody();

  /** After the answer: whatever is still to come of a body is not wanted. */
  void leaveBody();

  /**
   * Watches from now on whether a waiting client is still there; {@link Exchange#clientLeft} when
   * it is not. Called again and again while it waits.
   */
  void watch(Exchange waiting);

  void unwatch();

  /** Ends at once, without a word: closes the connection, or resets the stream. */
  void cut();

  /**
   * Ends an answer that is not whole so that nobody takes it for a good end: a close alone would look like
   * one where the end of the connection is the end of the answer.
   */
  void reset();
}
