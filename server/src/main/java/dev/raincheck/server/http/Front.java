package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a request comes in. Its method {@link #answer} is all that happens to it, in order. */
final class Front extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);

  private static final String EVENT_STREAM = "text/event-stream";
  private static final byte[] COME_BACK = "retry: 5000\n\n".getBytes(StandardCharsets.US_ASCII);

  private final House house;

  Front(House house) {
    this.house = house;
  }

  @Override
  public boolean handle(
      org.eclipse.jetty.server.Request jetty,
      org.eclipse.jetty.server.Response response,
      Callback callback) {
    var carrier = ((Line) jetty.getConnectionMetaData()).carrier(jetty);
    carrier.door().cors().mark(jetty.getHeaders(), response.getHeaders());
    var exchange = new Exchange(house, carrier, jetty, response, callback);
    int running = exchange.begin();
    exchange.give(answer(exchange, carrier, running));
    return true;
  }

  /** Refusals come in this order, whatever else is wrong; the body is left to the route. */
  private Answer answer(Exchange exchange, Carrier carrier, int running) {
    var request = exchange.request(); // has its id already, so that every later line can be found
    var door = carrier.door();
    try {
      var found = door.routes().find(request.method(), request.path());
      if (found instanceof Routes.Found.Match match) request.matched(match);
      var malformed = carrier.malformed();
      if (malformed != null) return malformed;
      switch (found) {
        case Routes.Found.Match _ -> {}
        case Routes.Found.OtherMethods(String allow) when request.method().equals("OPTIONS") -> {
          var answer = Response.status(204).header(HeaderNames.ALLOW, allow);
          door.cors().preflight(request, allow).forEach(h -> answer.header(h.name(), h.value()));
          return answer.empty();
        }
        case Routes.Found.OtherMethods(String allow) -> {
          return methodNotAllowed(allow);
        }
        case Routes.Found.Nothing _ -> {
          return Refusal.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");
        }
      }
      if (running > house.limits().requestsMax()) return overloaded(request); // before anything that costs
      authenticate(request, door); // 401
      refuseUnreadable(request, exchange.body()); // 413, 415
      refuseWithoutScope(request); // 403
      var answer = request.route().handler().answer(request);
      return Objects.requireNonNull(answer, "the route answered null");
    } catch (RefusedException refused) {
      return refused.refusal();
    } catch (RuntimeException | Error failure) {
      return exchange.failed(failure);
    }
  }

  private static Refusal methodNotAllowed(String allow) {
    return Refusal.of(ProblemCode.METHOD_NOT_ALLOWED, "Allowed here: %s.".formatted(allow))
        .header(HeaderNames.ALLOW, allow);
  }

  /** An EventSource gives up for good at any status but 200; so it is told to come back. */
  private static Answer overloaded(Request request) {
    var vary = request.route().vary();
    boolean stream =
        vary != null
            && vary.startsWith(HeaderNames.ACCEPT)
            && String.join(",", request.headers(HeaderNames.ACCEPT)).contains(EVENT_STREAM);
    if (stream) return Response.status(200).body(EVENT_STREAM, COME_BACK);
    return Refusal.of(
        ProblemCode.OVERLOADED, "Too many requests are running; repeat the request later.");
  }

  private static void authenticate(Request request, Door door) {
    if (request.route().open()) return;
    request.authenticated(door.authentication().authenticate(request));
  }

  private static void refuseUnreadable(Request request, Body body) {
    long bytesMax = request.route().bodyBytesMax();
    if (body.declared() > bytesMax) throw Body.tooLarge(bytesMax);
    for (String coding : request.headers(HeaderNames.CONTENT_ENCODING)) {
      if (coding.equalsIgnoreCase("identity")) continue;
      throw Refusal.ofHeader(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE,
              HeaderNames.CONTENT_ENCODING,
              "Send the body as it is, without Content-Encoding.")
          .asException();
    }
  }

  private static void refuseWithoutScope(Request request) {
    String scope = request.route().scope();
    if (scope == null || request.route().open() || request.principal().allows(scope)) return;
    throw new RefusedException(
        ProblemCode.INSUFFICIENT_SCOPE, "The credential lacks the scope %s.".formatted(scope));
  }

  static Refusal internal(String requestId, Throwable failure) {
    LOG.error("Request {} failed", requestId, failure);
    return Refusal.of(
        ProblemCode.INTERNAL,
        "Something went wrong here. Repeat the request with the same Idempotency-Key, if it had"
            + " one; tell the operator the request id if it stays.");
  }
}
