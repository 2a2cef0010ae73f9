package dev.raincheck.operation;

import dev.raincheck.pace.Chore;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** A chore about what commits leave behind: while nobody commits anything, it mostly rests. */
final class SparingChore implements Chore {
  private final Chore chore;
  private final BooleanSupplier quiet;
  private final Duration restWhenQuiet;
  private Instant last = Instant.MIN;

  SparingChore(Chore chore, BooleanSupplier quiet, Duration restWhenQuiet) {
    this.chore = chore;
    this.quiet = quiet;
    this.restWhenQuiet = restWhenQuiet;
  }

  @Override
  public int runOnce(Instant now) {
    if (quiet.getAsBoolean() && now.minus(restWhenQuiet).isBefore(last)) return 0;
    last = now;
    return chore.runOnce(now);
  }
}
