package dev.raincheck.server.metrics;

import dev.raincheck.server.http.RequestListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Times requests by route, method and status. */
public final class HttpMetrics implements RequestListener {
  private final MeterRegistry registry;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  private record Kind(String route, String method, int status) {}

  HttpMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void finished(Finished finished) {
    String route = finished.route();
    // What matched no route came with any path and any method: labels must stay few.
    var kind =
        route == null
            ? new Kind("none", "any", finished.status())
            : new Kind(route, finished.method(), finished.status());
    timers.computeIfAbsent(kind, this::timer).record(finished.took());
  }

  private Timer timer(Kind kind) {
    return Timer.builder("raincheck.http.requests")
        .description("From the first byte of a request to the end of its answer, waits included")
        .tag("route", kind.route())
        .tag("method", kind.method())
        .tag("status", String.valueOf(kind.status()))
        .register(registry);
  }
}
