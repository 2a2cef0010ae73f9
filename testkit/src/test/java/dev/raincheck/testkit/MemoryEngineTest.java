package dev.raincheck.testkit;

import dev.raincheck.ledger.Store;
import java.time.InstantSource;

final class MemoryEngineTest extends EngineContract {
  private MemoryStore store = new MemoryStore(ManualClock.at("2026-11-24T08:00:00Z"));

  @Override
  protected Store open(InstantSource clock) {
    store = store.reopened(clock);
    return store;
  }
}
