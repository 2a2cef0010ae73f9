package dev.raincheck.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Told once about every request whose answer has left (or never will): logs and metrics. */
@FunctionalInterface
public interface RequestListener {
  RequestListener NONE = finished -> {};

  /** Must not block and must not throw. */
  void finished(Finished finished);

  /**
   * A request at its end.
   *
   * @param requestId ours
   * @param clientRequestId the client's own Request-Id, to be logged and nothing else
   * @param method as sent; {@code -} when the request line could not be read
   * @param route the template of the route; null when none was found
   * @param path as sent, without the query, which may hold a ticket
   * @param status as sent; 499 when the client left before there was an answer
   * @param code of the problem, if it was one
   * @param took from the first byte of the request to the end of the answer
   * @param bodyBytes of the answer
   * @param principal who asked, if that became known
   * @param remoteAddress of the peer, without the port
   * @param failure what went wrong inside, when the status is 500 for that reason
   */
  record Finished(
      String requestId,
      @Nullable String clientRequestId,
      String method,
      @Nullable String route,
      @Nullable String path,
      int status,
      @Nullable String code,
      Duration took,
      long bodyBytes,
      @Nullable Principal principal,
      String remoteAddress,
      @Nullable Throwable failure) {}
}
