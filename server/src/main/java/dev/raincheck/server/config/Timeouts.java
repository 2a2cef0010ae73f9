package dev.raincheck.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * When waiting ends.
 *
 * @param answer until a target has answered
 * @param attempt until an attempt is over, call back included; at least {@code answer}
 * @param heartbeat the longest silence of a running attempt; empty: silence is fine
 * @param operation from acceptance until the operation fails with {@code deadline_exceeded}
 * @param start from acceptance until an operation that never started fails with {@code expired};
 *     empty: as long as {@code operation}
 */
public record Timeouts(
    Duration answer,
    Duration attempt,
    Optional<Duration> heartbeat,
    Duration operation,
    Optional<Duration> start) {
  static final long YEAR_SECONDS = 31_536_000;

  public static final Timeouts DEFAULT =
      new Timeouts(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Optional.empty(),
          Duration.ofDays(1),
          Optional.empty());

  public Timeouts {
    new Checks()
        .seconds("answer_seconds", answer, 1, 86_400)
        .seconds("attempt_seconds", attempt, 1, YEAR_SECONDS)
        .rule(
            "attempt_seconds",
            attempt.compareTo(answer) >= 0,
            attempt.toSeconds(),
            "must not be less than answer_seconds (%d)".formatted(answer.toSeconds()))
        .seconds("heartbeat_seconds", heartbeat, 1, 86_400)
        .rule(
            "heartbeat_seconds",
            heartbeat.isEmpty() || heartbeat.get().compareTo(attempt) <= 0,
            heartbeat.map(Duration::toSeconds).orElse(0L),
            "must not be more than attempt_seconds (%d)".formatted(attempt.toSeconds()))
        .seconds("operation_seconds", operation, 1, YEAR_SECONDS)
        .seconds("start_seconds", start, 1, YEAR_SECONDS)
        .done();
  }
}
