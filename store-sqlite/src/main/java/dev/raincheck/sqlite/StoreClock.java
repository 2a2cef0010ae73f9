package dev.raincheck.sqlite;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The store's time, in whole milliseconds: the wall clock as it stood at the start, moved by the
 * monotonic one, so that a step of the wall clock is not seen. Never goes back, over restarts
 * neither.
 */
final class StoreClock implements InstantSource {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LongSupplier nanos;
  private final long startNanos;
  private final long startMillis;
  private final AtomicLong last;

  /**
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   * @param highWater the latest time that an earlier process has written, in milliseconds
   */
  StoreClock(InstantSource wall, LongSupplier nanos, long highWater) {
    this.nanos = nanos;
    this.startNanos = nanos.getAsLong();
    this.startMillis = Math.max(wall.millis(), highWater);
    this.last = new AtomicLong(startMillis);
  }

  @Override
  public long millis() {
    long now = startMillis + (nanos.getAsLong() - startNanos) / NANOS_PER_MILLI;
    return last.accumulateAndGet(now, Math::max);
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
