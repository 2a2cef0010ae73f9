package dev.raincheck.ledger;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Measures the writer's work. Written by the writer alone; what others read is one batch old. */
final class EffortMeter {
  private final LongSupplier nanos;
  private long begunAt;
  private long decidesSince;
  private long deciding;
  private long batches;
  private long commands;
  private long busy;
  private long decidingInAll;
  private volatile Effort soFar = new Effort(0, 0, Duration.ZERO, Duration.ZERO);

  EffortMeter(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void begin() {
    begunAt = nanos.getAsLong();
    deciding = 0;
  }

  void decides() {
    decidesSince = nanos.getAsLong();
  }

  void decided() {
    deciding = nanos.getAsLong() - decidesSince;
  }

  void end(int size) {
    batches++;
    commands += size;
    busy += nanos.getAsLong() - begunAt;
    decidingInAll += deciding;
    soFar = new Effort(batches, commands, Duration.ofNanos(busy), Duration.ofNanos(busy - decidingInAll));
  }

  Effort soFar() {
    return soFar;
  }
}
