package dev.raincheck.postgres;

import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.EngineContract;
import java.time.InstantSource;

/** Over PostgreSQL the engine does what it does in memory. */
class PostgresEngineContractTest extends EngineContract {
  private final PostgresConfig config = TestServer.config();

  @Override
  protected Store open(InstantSource clock) {
    return TestServer.open(config, clock);
  }

  @Override
  protected int runs() {
    return 15;
  }
}
