package dev.raincheck.sqlite;

import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.EngineContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/** Over SQLite the engine does what it does in memory. */
class SqliteEngineContractTest extends EngineContract {
  @TempDir Path directory;

  @Override
  protected Store open(InstantSource clock) {
    // No power is cut in these tests, so no commit has to wait for the disk.
    var config = SqliteConfig.at(directory.resolve("test.db")).withReserveBytes(0).withStrict(false);
    return SqliteStore.open(config, clock, () -> SqliteStoreContractTest.nanos(clock));
  }

  @Override
  protected int runs() {
    return 60;
  }
}
