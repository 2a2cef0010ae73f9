package dev.raincheck.server.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every connection a few times a second, so that deadlines cost a request nothing: no
 * timer is set or cancelled on its way.
 */
final class ConnectionSweep {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionSweep.class);
  private static final Duration REST_MAX = Duration.ofMillis(250);
  private static final Duration REST_MIN = Duration.ofMillis(5);

  private final Set<Swept> all = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoClock;
  private final Duration rest;

  ConnectionSweep(HttpLimits limits, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    // A deadline may be overrun by a rest: a tenth of the shortest, at most a quarter of a second.
    var shortest =
        Stream.of(
                limits.headerTime(), limits.idleTime(), limits.lingerTime(), limits.goneAfter())
            .min(Duration::compareTo)
            .orElseThrow()
            .dividedBy(10);
    this.rest =
        shortest.compareTo(REST_MAX) > 0
            ? REST_MAX
            : shortest.compareTo(REST_MIN) < 0 ? REST_MIN : shortest;
  }

  void add(Swept one) {
    all.add(one);
  }

  void remove(Swept one) {
    all.remove(one);
  }

  /** One connection in an odd state must not keep the others from their deadlines. */
  private static void sweep(Swept one, long now) {
    try {
      one.sweep(now);
    } catch (RuntimeException failure) {
      LOG.warn("Closing {}", one, failure);
      one.cut();
    }
  }

  /** Runs until the scheduler stops. */
  void runOn(Scheduler scheduler) {
    scheduler.schedule(
        () -> {
          try {
            long now = nanoClock.getAsLong();
            all.forEach(one -> sweep(one, now));
          } finally {
            if (scheduler.isRunning()) runOn(scheduler);
          }
        },
        rest.toNanos(),
        TimeUnit.NANOSECONDS);
  }
}
