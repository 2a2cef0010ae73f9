package dev.raincheck.server.operation;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import java.util.function.Consumer;

/** What the contract names and this version does not have: it says so, and to nobody else. */
final class LaterRoutes {
  private static final String READ = "operations:read";

  private LaterRoutes() {}

  static void addTo(Consumer<Route> routes) {
    routes.accept(Route.get("/v1/stream", LaterRoutes::streams).needs(READ));
  }

  private static Answer streams(Request request) {
    return Refusal.of(
        ProblemCode.NOT_IMPLEMENTED,
        "This version has no WebSocket: read the same events at /v1/events.");
  }
}
