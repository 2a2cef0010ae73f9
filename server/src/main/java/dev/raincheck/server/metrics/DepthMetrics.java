package dev.raincheck.server.metrics;

import dev.raincheck.ledger.Reader;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** What waits and runs, as the store counts it when somebody asks, at most every few seconds. */
final class DepthMetrics {
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final MultiGauge counts;
  private final MultiGauge ages;
  private final Supplier<List<Reader.Depth>> depths;
  private final InstantSource clock;
  private Instant counted = Instant.MIN;

  DepthMetrics(MeterRegistry registry, Supplier<List<Reader.Depth>> depths, InstantSource clock) {
    this.depths = depths;
    this.clock = clock;
    counts =
        MultiGauge.builder("raincheck.operations")
            .description("Operations that are not done, by type and status")
            .register(registry);
    ages =
        MultiGauge.builder("raincheck.operations.oldest.age")
            .description("Age of the oldest operation of a type and status")
            .baseUnit("seconds")
            .register(registry);
  }

  synchronized void refresh() {
    var now = clock.instant();
    if (now.minus(FRESH).isBefore(counted)) return;
    counted = now;
    var found = depths.get();
    counts.register(found.stream().map(depth -> MultiGauge.Row.of(tags(depth), depth.count())).toList(), true);
    ages.register(found.stream().map(depth -> MultiGauge.Row.of(tags(depth), age(depth, now))).toList(), true);
  }

  private static Tags tags(Reader.Depth depth) {
    return Tags.of("type", depth.type(), "queue", depth.queue(), "status", depth.word());
  }

  private static double age(Reader.Depth depth, Instant now) {
    var oldest = depth.oldest();
    return oldest == null ? 0 : Math.max(0, Duration.between(oldest, now).toMillis() / 1000.0);
  }
}
