package dev.raincheck.operation;

import dev.raincheck.ledger.Pulse;
import dev.raincheck.pace.Chore;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what sessions held whose leases are over, when there is a session more of which that is true. Not
 * looking for their operations all the time spares the database: under an old snapshot that look is dear.
 */
final class Lapses implements Chore {
  private final Chore giveBack;
  private final BooleanSupplier mayTakeOver;
  private @Nullable Long seen;
  private volatile boolean news;

  Lapses(Chore giveBack, BooleanSupplier mayTakeOver) {
    this.giveBack = giveBack;
    this.mayTakeOver = mayTakeOver;
  }

  /** Whether to run now. */
  boolean callsFor(Pulse pulse) {
    if (seen == null || seen != pulse.lapsed()) news = true;
    seen = pulse.lapsed();
    return news && mayTakeOver.getAsBoolean();
  }

  @Override
  public int runOnce(Instant now) {
    news = false;
    try {
      return giveBack.runOnce(now);
    } catch (RuntimeException e) {
      news = true;
      throw e;
    }
  }
}
