package dev.raincheck.pace;

import dev.raincheck.ledger.OperationId;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes ids: 48 bits of time, 12 reserved for placement, 68 of chance. */
public final class Ids {
  private static final int PLACEMENT_BITS = 12;

  private final InstantSource clock;
  private final RandomGenerator chance;

  /** @param chance safe for use by many threads, and good enough that ids never meet */
  public Ids(InstantSource clock, RandomGenerator chance) {
    this.clock = clock;
    this.chance = chance;
  }

  public OperationId next() {
    long hi = clock.millis() << 16;
    long spare = 64 - 48 - PLACEMENT_BITS; // What is left of the high half is random as well.
    return new OperationId(hi | chance.nextLong(1L << spare), chance.nextLong());
  }
}
