package dev.raincheck.sqlite;

import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/** SQLite keeps the contract of all stores. */
class SqliteStoreContractTest extends StoreContract {
  @TempDir Path directory;

  @Override
  protected Store open(InstantSource clock) {
    var config = SqliteConfig.at(directory.resolve("test.db")).withReserveBytes(0);
    return SqliteStore.open(config, clock, () -> nanos(clock));
  }

  static long nanos(InstantSource clock) {
    return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }
}
