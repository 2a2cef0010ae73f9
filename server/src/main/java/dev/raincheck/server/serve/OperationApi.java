package dev.raincheck.server.serve;

import dev.raincheck.Raincheck;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.event.EventRoutes;
import dev.raincheck.server.event.OpenStreams;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.ListRoutes;
import dev.raincheck.server.operation.OperationRoutes;
import dev.raincheck.server.operation.OperationSettings;
import dev.raincheck.server.operation.RetryAfter;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The routes of operations, told what the configuration says. */
final class OperationApi {
  private OperationApi() {}

  /** @param signing what cursors and tickets are signed with */
  static List<Route> routes(
      ServerConfig config,
      Raincheck raincheck,
      URI publicUrl,
      byte[] signing,
      OpenStreams streams,
      InstantSource clock,
      RandomGenerator chance) {
    var settings =
        new OperationSettings(
            publicUrl, config.maxWait(), declared(config), config.limits().bodyBytesMax());
    var alarms = raincheck.engine().alarms();
    var callers = Callers.BY_KEY;
    var operations = raincheck.operations();
    var retryAfter = RetryAfter.byLoad(clock, chance);
    var events =
        new EventRoutes(raincheck.engine(), settings, callers, alarms, signing, retryAfter, streams);
    var routes =
        events.with(new OperationRoutes(operations, settings, callers, alarms, retryAfter).all());
    routes.addAll(
        new ListRoutes(operations, settings, callers, alarms, signing, retryAfter, clock).all());
    return routes;
  }

  /** The names of operation types by the path that was declared for them. */
  static Map<String, String> declared(ServerConfig config) {
    var byPath = new HashMap<String, String>();
    config.operations().forEach((name, type) -> type.route().ifPresent(path -> byPath.put(path, name)));
    return byPath;
  }
}
