package dev.raincheck.bench;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load saw.
 *
 * @param took of the measured part
 * @param statuses how many answers of each status
 * @param latency in nanoseconds; from the intended start where the load has one
 */
record Figures(Duration took, Map<Integer, Long> statuses, Histogram latency) {
  double perSecond() {
    return latency.getTotalCount() / (took.toNanos() / 1e9);
  }

  double millis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }

  /** Fails if anything was answered otherwise: a fast refusal is no good figure. */
  Figures all(int status) {
    if (statuses.size() != 1 || !statuses.containsKey(status)) {
      throw new IllegalStateException("expected only " + status + ", got " + statuses);
    }
    return this;
  }
}
