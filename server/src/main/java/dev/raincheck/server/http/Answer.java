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
}
