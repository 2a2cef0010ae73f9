package dev.raincheck.server.http;

/** Where the bytes of a {@link Answer.Live} go. Safe for use by several threads; nothing blocks. */
public interface Outlet {
  /**
   * Sends bytes after all that was offered before. What the client has not taken yet is held here up to a
   * bound; a client that is further behind is cut.
   *
   * @param bytes never changed after they were given
   * @return whether the client may still get them
   */
  boolean offer(byte[] bytes);

  /** Ends the answer in good order, after all that was offered. A client that does not take it is cut. */
  void end();

  /** Cuts the connection: the client sees that the answer is not whole. */
  void cut();
}
