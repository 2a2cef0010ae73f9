package dev.raincheck.server.config;

import java.time.Duration;

/**
 * How long a failed attempt rests before the next: {@code first}, then {@code factor} times as long
 * each time, never longer than {@code max}.
 */
public record Backoff(Duration first, double factor, Duration max) {
  public static final Backoff DEFAULT =
      new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(300));

  public Backoff {
    new Checks()
        .seconds("first_seconds", first, 0, 86_400)
        .rule("factor", factor >= 1 && factor <= 100, factor, "must be from 1 to 100")
        .seconds("max_seconds", max, 1, 86_400)
        .rule(
            "max_seconds",
            max.compareTo(first) >= 0,
            max.toSeconds(),
            "must not be less than first_seconds (%d)".formatted(first.toSeconds()))
        .done();
  }
}
