package dev.raincheck.ledger;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a type's card promised when an operation was accepted. It is copied into the operation, so that a
 * change of configuration changes new operations only.
 *
 * @param maxAttempts how often the handler is tried, at least 1
 * @param atMostOnce never run twice: one attempt, and a lost lease is {@code worker_lost}
 * @param attemptTimeout how long one attempt may take, a call back included
 * @param heartbeatTimeout how long an attempt may be silent; null for any time
 * @param operationTimeout how long the whole operation may take from acceptance; null for any time
 * @param startTimeout how long it may wait for its first start; null for any time
 * @param keep how long the operation stays readable after its end; null for ever
 * @param keepResult how long its result does; null for as long as the operation
 * @param keepKey how long its key of idempotency is remembered at least
 */
public record Promise(
    int maxAttempts,
    Backoff backoff,
    boolean atMostOnce,
    boolean cancelable,
    Set<DeadLetter> deadLetters,
    Duration attemptTimeout,
    @Nullable Duration heartbeatTimeout,
    @Nullable Duration operationTimeout,
    @Nullable Duration startTimeout,
    @Nullable Duration keep,
    @Nullable Duration keepResult,
    Duration keepKey) {

  /** Which failures mark an operation for attention. */
  public enum DeadLetter {
    /** Attempts ran out. */
    EXHAUSTED,
    /** The operation's deadline passed, or it never started in time. */
    TIMED_OUT,
    /** A final refusal by the handler or target. */
    REJECTED
  }

  /**
   * The pause before the next attempt: half-jitter over {@code first × factor^(n-1)}, capped.
   *
   * @param factor at least 1
   */
  public record Backoff(Duration first, double factor, Duration max) {
    public Backoff {
      if (factor < 1) throw new IllegalArgumentException("backoff.factor must be at least 1, not " + factor);
    }

    /**
     * The pause after the n-th attempt.
     *
     * @param dice uniform in [0, 1)
     */
    public Duration after(int attempt, double dice) {
      double full = Math.min(first.toMillis() * Math.pow(factor, attempt - 1), max.toMillis());
      return Duration.ofMillis((long) (full / 2 + dice * full / 2));
    }
  }

  public static final Promise DEFAULT =
      new Promise(
          10,
          new Backoff(Duration.ofSeconds(1), 2, Duration.ofMinutes(5)),
          false,
          true,
          Set.of(DeadLetter.EXHAUSTED, DeadLetter.TIMED_OUT),
          Duration.ofSeconds(60),
          null,
          Duration.ofDays(1),
          null,
          Duration.ofDays(7),
          null,
          Duration.ofDays(1));

  public Promise {
    deadLetters = Set.copyOf(deadLetters);
    if (maxAttempts < 1) throw new IllegalArgumentException("max_attempts must be at least 1, not " + maxAttempts);
    if (atMostOnce && maxAttempts != 1) {
      throw new IllegalArgumentException("an at-most-once type has max_attempts 1, not " + maxAttempts);
    }
  }
}
