package dev.raincheck.server.config;

import java.time.Duration;

/**
 * How long things are kept, counted from an operation's end.
 *
 * @param operation then the operation is gone (410)
 * @param result then its result is gone; at most {@code operation}
 * @param key how long an idempotency key lives at least, counted from acceptance; a key always
 *     lives as long as its operation
 */
public record Retention(Duration operation, Duration result, Duration key) {
  static final long YEARS_10_SECONDS = 315_360_000;

  public static final Retention DEFAULT =
      new Retention(Duration.ofDays(7), Duration.ofDays(7), Duration.ofDays(1));

  public Retention {
    new Checks()
        .seconds("operation_seconds", operation, 1, YEARS_10_SECONDS)
        .seconds("result_seconds", result, 1, YEARS_10_SECONDS)
        .rule(
            "result_seconds",
            result.compareTo(operation) <= 0,
            result.toSeconds(),
            "must not be more than retention.operation_seconds (%d)"
                .formatted(operation.toSeconds()))
        .seconds("key_seconds", key, 86_400, YEARS_10_SECONDS)
        .done();
  }
}
