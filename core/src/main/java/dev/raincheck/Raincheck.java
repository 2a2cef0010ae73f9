package dev.raincheck;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.Blobs;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Engine;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Types;
import dev.raincheck.pace.Alarms;
import dev.raincheck.pace.Ids;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Tenants;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The engine in a Java program: durable, retried, observable operations, performed by plain methods.
 *
 * <pre>{@code
 * try (var raincheck = Raincheck.on(store)
 *     .type(OperationType.of("report.generate", (input, context) -> Result.json(report(input.text()))))
 *     .start()) {
 *   raincheck.operations().submit(NewOperation.of(1, "report.generate", input));
 * }
 * }</pre>
 */
public final class Raincheck implements AutoCloseable {
  private final Store store;
  private final Engine engine;
  private final ApiKeys keys;

  private Raincheck(Store store, Engine engine, ApiKeys keys) {
    this.store = store;
    this.engine = engine;
    this.keys = keys;
  }

  /** Begins an engine on a store, which it closes in the end. */
  public static Builder on(Store store) {
    return new Builder(store);
  }

  /** Collects what an engine is made of. */
  public static final class Builder {
    private final Store store;
    private final List<OperationType> types = new ArrayList<>();
    private final List<Commit.Listener> listeners = new ArrayList<>();
    private BlobStore blobs = BlobStore.NONE;
    private InstantSource clock = InstantSource.system();
    private RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
    private Consumer<StoreException> whenBroken = _ -> {};

    private Builder(Store store) {
      this.store = store;
    }

    public Builder type(OperationType type) {
      types.add(type);
      return this;
    }

    /** Told of each commit, on the ledger's own thread: hand over and return. */
    public Builder listen(Commit.Listener listener) {
      listeners.add(listener);
      return this;
    }

    /** Where inputs and results go that are too long for memory; by default nowhere, so that they fail. */
    public Builder blobs(BlobStore newBlobs) {
      blobs = newBlobs;
      return this;
    }

    /** What time it is; by default the system's. Decisions use the store's clock. */
    public Builder clock(InstantSource newClock) {
      clock = newClock;
      return this;
    }

    /** Where ids and jitter come from; by default each thread's own. Safe for use by many threads. */
    public Builder chance(RandomGenerator newChance) {
      chance = newChance;
      return this;
    }

    /** What to do when the store can no longer be trusted: end the process; a restart finds the truth. */
    public Builder whenBroken(Consumer<StoreException> action) {
      whenBroken = action;
      return this;
    }

    public Raincheck start() {
      long node = chance.nextLong() | 1; // 0 stands for "nobody".
      var dice = new SplittableRandom(chance.nextLong());
      var engine =
          new Engine(
              new Types(types),
              store,
              new Blobs(blobs, store, clock, chance),
              ranks -> new Ledger(store, node, dice, ranks),
              clock,
              new Ids(clock, chance),
              new Alarms(),
              node);
      listeners.forEach(engine::listen);
      engine.ledger().whenBroken(whenBroken);
      // Secrets never come from dice that a test may have seeded.
      var keys = ApiKeys.of(engine.ledger(), store, new SecureRandom(), clock);
      engine.tenants(
          name ->
              Tenants.isName(name) && keys.tenants().obtain(name) instanceof Tenants.Obtained.Tenant(int number)
                  ? OptionalInt.of(number)
                  : OptionalInt.empty());
      engine.whenDocumentsChange(keys::changed);
      engine.start();
      return new Raincheck(store, engine, keys);
    }
  }

  public Operations operations() {
    return engine.operations();
  }

  public Engine engine() {
    return engine;
  }

  /** Who may ask a server that runs this engine. */
  public ApiKeys keys() {
    return keys;
  }

  public Store store() {
    return store;
  }

  /** Lets attempts end within a grace time, gives the rest back at no attempt's cost, and closes. */
  public void drain(Duration grace) {
    engine.drain(grace);
    store.close();
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
