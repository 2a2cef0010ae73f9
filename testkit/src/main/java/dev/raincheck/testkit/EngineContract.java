package dev.raincheck.testkit;

import dev.raincheck.ledger.Store;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/**
 * What the engine promises over any store: the same as in memory, through crashes and in a crowd.
 */
public abstract class EngineContract {
  /** As in {@link StoreContract}: empty at first, later what was committed. */
  protected abstract Store open(InstantSource clock);

  /** How many random runs; what the store can do in about ten seconds. */
  protected int runs() {
    return 200;
  }

  @Nested
  class RandomRuns extends RandomRunContract {
    @Override
    protected Store open(InstantSource clock) {
      return EngineContract.this.open(clock);
    }

    @Override
    protected int runs() {
      return EngineContract.this.runs();
    }
  }

  @Nested
  class Crashes extends CrashContract {
    @Override
    protected Store open(InstantSource clock) {
      return EngineContract.this.open(clock);
    }
  }

  @Nested
  class Crowds extends CrowdContract {
    @Override
    protected Store open(InstantSource clock) {
      return EngineContract.this.open(clock);
    }
  }
}
