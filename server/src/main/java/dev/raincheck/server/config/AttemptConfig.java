package dev.raincheck.server.config;

/**
 * How often an operation is tried.
 *
 * @param attemptsMax 1 for {@link Delivery#AT_MOST_ONCE}
 */
public record AttemptConfig(Delivery delivery, int attemptsMax, Backoff backoff) {
  static final int ATTEMPTS_MAX = 10;

  public static final AttemptConfig DEFAULT =
      new AttemptConfig(Delivery.AT_LEAST_ONCE, ATTEMPTS_MAX, Backoff.DEFAULT);

  public enum Delivery {
    /** Tried again until it succeeds, is refused or has used its attempts. */
    AT_LEAST_ONCE,
    /** Tried once. What becomes of a try that was cut off is not known. */
    AT_MOST_ONCE
  }

  public AttemptConfig {
    new Checks()
        .range("max_attempts", attemptsMax, 1, 1_000)
        .rule(
            "max_attempts",
            delivery != Delivery.AT_MOST_ONCE || attemptsMax == 1,
            attemptsMax,
            "must be 1 with delivery at_most_once")
        .done();
  }
}
