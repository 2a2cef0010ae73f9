package dev.raincheck.testkit;

import java.util.Random;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * Repeatable chance. A failing run names its seed; {@code -Draincheck.seed=<seed>} then runs that one
 * alone, and {@code -Draincheck.seeds=<count>} as many as there is time for.
 */
public final class Seeds {
  private static final String ONLY = "raincheck.seed";
  private static final String COUNT = "raincheck.seeds";

  private Seeds() {}

  /**
   * Runs {@code body} with the seeds from 1 to {@code count}, or with the one that was asked for.
   */
  public static void each(int count, LongConsumer body) {
    Long only = Long.getLong(ONLY);
    if (only != null) {
      run(only, body);
      return;
    }
    int last = Integer.getInteger(COUNT, count);
    for (long seed = 1; seed <= last; seed++) run(seed, body);
  }

  /** Dice that fall the same way each time for the same seed. */
  public static RandomGenerator dice(long seed) {
    return new Random(seed);
  }

  private static void run(long seed, LongConsumer body) {
    try {
      body.accept(seed);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed %d failed; repeat it with -D%s=%d".formatted(seed, ONLY, seed), e);
    }
  }
}
