package dev.raincheck.testkit;

import dev.raincheck.ledger.Store;
import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/**
 * Everything that every store promises about the seam. A store's test extends this and only opens
 * it.
 */
public abstract class StoreContract {
  /**
   * Opens the store of the current test, empty at first. When it is called again after a close, it
   * must find what was committed.
   *
   * @param clock what the store's clock is to follow
   */
  protected abstract Store open(InstantSource clock);

  @Nested
  class Transactions extends TransactionContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Picks extends PickContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Rows extends RowContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Payloads extends PayloadContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class References extends ReferenceContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Lists extends ListContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Log extends LogContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Chores extends ChoreContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }

  @Nested
  class Reopening extends ReopenContract {
    @Override
    protected Store open(InstantSource clock) {
      return StoreContract.this.open(clock);
    }
  }
}
