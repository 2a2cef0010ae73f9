package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long a client does well to wait before it asks again: whole seconds, 1 to 60. A quarter of
 * what is left if that is known, else longer the older the operation is; more when the tenant asks
 * much, and with jitter, so that those who began together do not come back together.
 */
public final class RetryAfter {
  private static final int SECONDS_MAX = 60;
  private static final double JITTER = 0.2;

  /** Told to who would wait but may not, since as many of its requests wait as may. */
  private static final double CROWDED = 3;

  private final InstantSource clock;
  private final RandomGenerator dice;
  private final Load load;

  /** How much longer than usual a tenant's clients are sent away; at least 1. */
  @FunctionalInterface
  interface Load {
    Load NONE = _ -> 1;

    double factor(int tenant);
  }

  /**
   * For all routes of a node: it counts the polls of each tenant.
   *
   * @param dice for jitter; safe for use by many threads
   */
  public static RetryAfter byLoad(InstantSource clock, RandomGenerator dice) {
    return new RetryAfter(clock, dice, new PollLoad(clock));
  }

  RetryAfter(InstantSource clock, RandomGenerator dice, Load load) {
    this.clock = clock;
    this.dice = dice;
    this.load = load;
  }

  /** For an operation that is not done. */
  public int seconds(Operation operation) {
    return seconds(operation, 1);
  }

  /** The same for a request that would have waited, but for the limit of waits. */
  public int secondsWhenCrowded(Operation operation) {
    return seconds(operation, CROWDED);
  }

  /** For a tenant's next event, which may come at any time. */
  public int seconds(int tenant) {
    return seconds(tenant, 1);
  }

  /** The same for a request that would have waited, but for the limit of waits. */
  public int secondsWhenCrowded(int tenant) {
    return seconds(tenant, CROWDED);
  }

  private int seconds(int tenant, double widening) {
    return seconds(load.factor(tenant) * widening, dice.nextDouble());
  }

  private int seconds(Operation operation, double widening) {
    double wide = load.factor(operation.submission().tenant()) * widening;
    return seconds(operation, clock.instant(), wide, dice.nextDouble());
  }

  /** Pure: the caller brings the time and the dice. */
  static int seconds(Operation operation, Instant now, double widening, double dice) {
    return seconds(base(operation, now) * widening, dice);
  }

  private static int seconds(double seconds, double dice) {
    return Math.clamp(Math.round(seconds * (1 + JITTER * dice)), 1, SECONDS_MAX);
  }

  private static double base(Operation operation, Instant now) {
    var eta = eta(operation);
    if (eta != null && eta.isAfter(now)) return Duration.between(now, eta).toMillis() / 4_000.0;
    long age = Duration.between(operation.createdAt(), now).toSeconds();
    if (age < 10) return 1;
    if (age < 60) return 2;
    return age < 600 ? 5 : 15;
  }

  private static @Nullable Instant eta(Operation operation) {
    if (operation.state() instanceof State.Scheduled(var until)) return until;
    return operation.progress() == null ? null : operation.progress().etaAt();
  }
}
