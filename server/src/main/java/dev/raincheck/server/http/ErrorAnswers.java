package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * Answers what never became a request of ours, broken HTTP above all, in the same words as every
 * other refusal; then the connection is closed.
 */
final class ErrorAnswers implements Request.Handler {
  /** What Jetty says of a request target that it cannot decode: the phrase of the status. */
  private static final String NO_REASON = "Bad Request";

  private final House house;

  ErrorAnswers(House house) {
    this.house = house;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var failure = (Throwable) request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    String id = house.ids().next();
    if (failure instanceof EofException) {
      // Its client reset it before it came to us: nobody hears an answer, and nothing went wrong here.
      tell(request, id, route(request), Exchange.CLIENT_LEFT, null, 0, null);
      callback.failed(failure);
      return true;
    }
    var refusal = refusal(id, response.getStatus(), failure);
    var route = route(request);
    var out = Outgoing.of(refusal, house.settings().publicBaseUrl(), id);
    out.head(response.getHeaders(), id, route);
    boolean shared = request.getConnectionMetaData() instanceof Http2Connection;
    if (!shared) response.getHeaders().put(Outgoing.CLOSE); // else only the stream is over
    if (!response.getHeaders().contains(HttpHeader.DATE)) {
      response.getHeaders().put(request.getConnectionMetaData().getConnector().getServer().getDateField());
    }
    response.setStatus(out.status());
    tell(
        request,
        id,
        route,
        out.status(),
        out.code(),
        out.body().length,
        refusal.status() == 500 ? failure : null);
    response.write(true, ByteBuffer.wrap(out.body()), callback);
    return true;
  }

  private static Refusal refusal(String id, int jettyStatus, @Nullable Throwable failure) {
    int status = failure instanceof HttpException http ? http.getCode() : jettyStatus;
    return switch (status) {
      case 404 -> Refusal.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");
      case 408 ->
          Refusal.of(
              ProblemCode.REQUEST_TIMEOUT, "The header came too slowly; repeat the request.");
      case 413 -> Refusal.of(ProblemCode.PAYLOAD_TOO_LARGE, "The body is too long.");
      case 414 -> Refusal.of(ProblemCode.URI_TOO_LONG, "Send a shorter request target.");
      case 417 ->
          Refusal.of(ProblemCode.EXPECTATION_FAILED, "The only expectation is 100-continue.");
      case 431 -> Refusal.of(ProblemCode.HEADERS_TOO_LARGE, "Send fewer or shorter headers.");
      case 426, 505 ->
          Refusal.of(ProblemCode.HTTP_VERSION_NOT_SUPPORTED, "Use HTTP/2, HTTP/1.1 or HTTP/1.0.");
      default ->
          status < 500 ? invalid(failure) : Front.internal(id, failure == null ? none() : failure);
    };
  }

  /** Jetty's short reasons are constants of its parser and tell nothing but what was wrong. */
  private static Refusal invalid(@Nullable Throwable failure) {
    String reason = failure instanceof HttpException http ? http.getReason() : null;
    return Refusal.of(
        ProblemCode.INVALID_REQUEST,
        reason == null || reason.equals(NO_REASON)
            ? "This is not valid HTTP: look at the request target and its percent-encoding."
            : "This is not valid HTTP: " + plain(reason));
  }

  private static String plain(String reason) {
    return reason.replaceAll("[^ -~]", "?") + ".";
  }

  private static Throwable none() {
    return new IllegalStateException("an error without a cause");
  }

  /** A route counts only if the request line could be read. */
  private static @Nullable Route route(Request request) {
    String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
    if (path == null || !(request.getConnectionMetaData() instanceof Line line)) return null;
    try {
      return line.door().routes().find(request.getMethod(), path)
              instanceof Routes.Found.Match match
          ? match.route()
          : null;
    } catch (RefusedException unreadable) {
      return null;
    }
  }

  private void tell(
      Request request,
      String id,
      @Nullable Route route,
      int status,
      @Nullable String code,
      long bodyBytes,
      @Nullable Throwable failure) {
    house
        .listener()
        .finished(
            new RequestListener.Finished(
                id,
                request.getHeaders().get(HeaderNames.REQUEST_ID),
                request.getMethod(),
                route == null ? null : route.template(),
                request.getHttpURI() == null ? null : request.getHttpURI().getPath(),
                status,
                code,
                Duration.ofNanos(Math.max(0, NanoTime.since(request.getBeginNanoTime()))),
                bodyBytes,
                null,
                Request.getRemoteAddr(request),
                failure));
  }
}
