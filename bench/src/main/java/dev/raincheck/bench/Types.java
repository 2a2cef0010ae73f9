package dev.raincheck.bench;

import dev.raincheck.ledger.Promise;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** The work of the benchmark: as little as can be, so that what is measured is ours. */
final class Types {
  private static final int SLOTS = 64;
  private static final long HIGHEST_NANOS = Duration.ofMinutes(1).toNanos();

  private final Histogram starts = new ConcurrentHistogram(HIGHEST_NANOS, 3);

  List<OperationType> all() {
    return List.of(life(), brief(), queued(), start("bench.start", 4), start("bench.claimed", SLOTS), busy());
  }

  /** Gives its input back. */
  OperationType life() {
    return OperationType.of("bench.life", (input, context) -> Result.bytes(input.bytes(), "application/json"))
        .withSlots(SLOTS);
  }

  /** The same, and forgotten a second after its end. */
  private OperationType brief() {
    var usual = Promise.DEFAULT;
    var brief =
        new Promise(
            usual.maxAttempts(), usual.backoff(), false, true, usual.deadLetters(), usual.attemptTimeout(), null,
            usual.operationTimeout(), null, Duration.ofSeconds(1), null, usual.keepKey());
    return OperationType.of("bench.brief", (input, context) -> Result.bytes(input.bytes(), "application/json"))
        .withSlots(SLOTS)
        .promising(brief);
  }

  /** Waits in its queue: its one slot is never free. */
  OperationType queued() {
    return OperationType.staged("bench.queued", (input, context) -> new CompletableFuture<>()).withSlots(1);
  }

  /** Notes how long after the intended start of its submit it starts. */
  private OperationType start(String name, int slots) {
    return OperationType.of(
            name,
            (input, context) -> {
              long now = System.nanoTime();
              var text = input.text();
              long intended = Long.parseLong(text.substring(text.indexOf(':') + 1, text.length() - 1).strip());
              starts.recordValue(Math.clamp(now - intended, 0, HIGHEST_NANOS));
              return Result.none();
            })
        .withSlots(slots);
  }

  /** Computes until it is canceled. */
  private OperationType busy() {
    return OperationType.of(
            "bench.busy",
            (input, context) -> {
              double x = 1;
              while (!context.canceled()) for (int i = 0; i < 100_000; i++) x = Math.sqrt(x + i);
              return Result.json(String.valueOf(x));
            })
        .withSlots(8);
  }

  Histogram starts() {
    return starts;
  }
}
