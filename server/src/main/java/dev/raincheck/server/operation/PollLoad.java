package dev.raincheck.server.operation;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Widens {@code Retry-After} for a tenant whose clients poll much: so that, when all of them obey,
 * about {@link #POLLS_PER_SECOND} answers a second are left.
 */
final class PollLoad implements RetryAfter.Load {
  /** A small part of what a node serves. */
  static final int POLLS_PER_SECOND = 1_000;

  private static final double FACTOR_MAX = 10;

  private final InstantSource clock;
  private final ConcurrentHashMap<Integer, Count> counts = new ConcurrentHashMap<>();

  PollLoad(InstantSource clock) {
    this.clock = clock;
  }

  /** How many were sent away in this second and in the one before. */
  private record Count(long second, int now, int before) {
    Count next(long at) {
      if (at == second) return new Count(second, now + 1, before);
      return new Count(at, 1, at == second + 1 ? now : 0);
    }
  }

  @Override
  public double factor(int tenant) {
    long second = clock.millis() / 1_000;
    var count =
        counts.merge(tenant, new Count(second, 1, 0), (known, _) -> known.next(second));
    int polls = Math.max(count.now(), count.before());
    return Math.clamp((double) polls / POLLS_PER_SECOND, 1, FACTOR_MAX);
  }
}
