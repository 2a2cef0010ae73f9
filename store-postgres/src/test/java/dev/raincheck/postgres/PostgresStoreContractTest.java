package dev.raincheck.postgres;

import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.StoreContract;
import java.time.InstantSource;

/** PostgreSQL keeps the contract of all stores. */
class PostgresStoreContractTest extends StoreContract {
  private final PostgresConfig config = TestServer.config();

  @Override
  protected Store open(InstantSource clock) {
    return TestServer.open(config, clock);
  }
}
