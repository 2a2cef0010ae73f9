package dev.raincheck.server.http;

import java.util.concurrent.CompletionStage;

/** What a route says to a request: something now, or something later. */
public sealed interface Answer {

  /** Ready to be sent: a response, or a refusal that becomes problem+json. */
  sealed interface Now extends Answer permits Response, Download, Refusal {}

  /**
   * Sent when the stage completes; no thread is held until then. A stage that fails answers with
   * the refusal of its {@link RefusedException}, or 500.
   *
   * <p>Every later answer must complete by itself, for example when the wait that the client asked
   * for is over: the front sets no deadline.
   *
   * @param answer what to send; it may be complete already
   * @param gone called at most once, when the client has left before the stage completed (seen
   *     within about a second); frees whatever waits. The stage is ignored from then on. Short and
   *     non-blocking
   */
  record Later(CompletionStage<? extends Now> answer, Runnable gone) implements Answer {}

  /**
   * Sent piece by piece, for as long as there is something to tell; no thread is held meanwhile. The
   * connection closes with it, so that a client that only reads until the end sees that one, too.
   *
   * @param head status, headers and content type; its body is empty. HEAD gets no more than this
   */
  record Live(Response head, Source source) implements Answer {}

  /** What is told in a {@link Live} answer. */
  interface Source {
    /** Called once, on the request's own thread, which may block. */
    void open(Outlet outlet);

    /** All that was offered has left. Short and non-blocking. */
    void drained();

    /**
     * Called exactly once: nothing more can be sent. Short and non-blocking.
     *
     * @param tooSlow whether the client was cut because it did not take what was offered
     */
    void closed(boolean tooSlow);
  }
}
