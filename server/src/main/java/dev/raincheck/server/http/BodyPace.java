package dev.raincheck.server.http;

import java.time.Duration;

/**
 * How long a body may still take: it may never stand still for {@code stillTime}, and each {@code
 * bytesPerSecondMin} that arrived buy one second beyond the first {@code stillTime}. So a byte now
 * and then, which no idle time-out ever sees, does not help. Pure: the caller brings the times.
 */
record BodyPace(Duration stillTime, int bytesPerSecondMin) {

  /** Nanoseconds of patience left; none or less: too slow. */
  long patience(long began, long lastByte, long bytes, long now) {
    long still = stillTime.toNanos() - (now - lastByte);
    double earned = 1e9 * bytes / bytesPerSecondMin;
    long all = stillTime.toNanos() + (long) earned - (now - began);
    return Math.min(still, all);
  }
}
