package dev.raincheck.testkit;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Any store, with {@link Faults} between it and the engine. Closing always works. */
public final class FaultyStore implements Store {
  private final Store store;
  private final Faults faults;

  public FaultyStore(Store store, Faults faults) {
    this.store = store;
    this.faults = faults;
  }

  @Override
  public Tx begin() {
    call("before begin");
    return new FaultyTx(store.begin());
  }

  @Override
  public <T> T read(Function<Reader, T> query) {
    call("before a read");
    return store.read(query);
  }

  @Override
  public boolean committed(long node, long batch) {
    call("before asking for a batch");
    return store.committed(node, batch);
  }

  @Override
  public InstantSource clock() {
    return store.clock();
  }

  @Override
  public Optional<Shared> shared() {
    return store.shared();
  }

  @Override
  public Description describe() {
    return store.describe();
  }

  @Override
  public void close() {
    store.close();
  }

  private void call(String where) {
    strike(faults.nextCall(), where);
  }

  private static void strike(Faults.@Nullable Fault fault, String where) {
    if (fault == Faults.Fault.CRASH) throw new Crash(where);
    if (fault == Faults.Fault.FAIL) throw new StoreException("a fault of the test, " + where);
  }

  private final class FaultyTx implements Tx {
    private final Tx tx;

    FaultyTx(Tx tx) {
      this.tx = tx;
    }

    @Override
    public Map<OperationId, Place> places(Collection<OperationId> ids) {
      call("before places");
      return tx.places(ids);
    }

    @Override
    public Loaded lock(LockPlan plan) {
      call("before lock");
      return tx.lock(plan);
    }

    @Override
    public List<Operation> pick(String queue, int atMost) {
      call("before pick");
      return tx.pick(queue, atMost);
    }

    @Override
    public Instant now() {
      call("before now");
      return tx.now();
    }

    @Override
    public Committed commit(Batch batch) {
      call("before commit");
      var fault = faults.nextCommit();
      strike(fault, "before commit");
      if (fault == Faults.Fault.AGAIN) return new Committed.Again();
      if (fault == Faults.Fault.FULL) return new Committed.Full("a fault of the test");
      if (fault == Faults.Fault.UNSURE_LOST)
        return new Committed.Unsure("a fault of the test: lost");
      for (var row : batch.saved()) {
        if (row instanceof Operation operation && faults.poisonous(operation.id())) {
          return new Committed.Poison("a fault of the test: " + operation.id());
        }
      }
      var committed = tx.commit(batch);
      if (fault == Faults.Fault.CRASH_AFTER) throw new Crash("after commit");
      return fault == Faults.Fault.UNSURE_KEPT
          ? new Committed.Unsure("a fault of the test: kept")
          : committed;
    }

    @Override
    public void close() {
      tx.close();
    }
  }
}
