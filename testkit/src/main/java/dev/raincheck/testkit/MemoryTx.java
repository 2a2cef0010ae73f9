package dev.raincheck.testkit;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One transaction. Nothing is written before {@code commit}, so rolling back is forgetting. */
final class MemoryTx implements Tx {
  /** The verbs, in the order in which they may be called. */
  private enum Verb {
    BEGIN,
    PLACES,
    LOCK,
    PICK,
    NOW,
    COMMIT
  }

  private final MemoryStore store;
  private final Tables tables;
  private final InstantSource clock;
  private final Set<Key> held = new HashSet<>();
  private Verb last = Verb.BEGIN;
  private @Nullable Instant now;

  MemoryTx(MemoryStore store, Tables tables, InstantSource clock) {
    this.store = store;
    this.tables = tables;
    this.clock = clock;
  }

  @Override
  public Map<OperationId, Place> places(Collection<OperationId> ids) {
    synchronized (tables) {
      next(Verb.PLACES);
      Map<OperationId, Place> places = new HashMap<>();
      for (var id : ids) tables.operation(id).ifPresent(found -> places.put(id, Place.of(found)));
      return places;
    }
  }

  @Override
  public Loaded lock(LockPlan plan) {
    synchronized (tables) {
      next(Verb.LOCK);
      Map<Key, Row> found = new LinkedHashMap<>();
      for (var key : plan.keys()) {
        load(key, found);
        if (found.get(key) instanceof Row.Idem idem) load(idem.operation(), found);
      }
      Map<Key.Lane, List<Operation>> blocked = new LinkedHashMap<>();
      plan.successors()
          .forEach(
              (lane, count) -> {
                if (!held.contains(lane))
                  throw misuse("successors of %s, whose lane is not locked", lane);
                blocked.put(lane, blockedIn(lane, count));
              });
      blocked.values().forEach(next -> next.forEach(operation -> held.add(operation.id())));
      Map<String, Integer> running = new HashMap<>();
      for (var queue : plan.ifFree()) running.put(queue, running(queue));
      return new Loaded(found, blocked, running);
    }
  }

  private int running(String queue) {
    return (int)
        tables
            .operations()
            .filter(operation -> operation.state().heldBy() != null)
            .filter(operation -> operation.submission().queue().equals(queue))
            .count();
  }

  private void load(Key key, Map<Key, Row> found) {
    held.add(key);
    var row = tables.rows.get(key);
    if (row != null) found.put(key, row);
  }

  private List<Operation> blockedIn(Key.Lane lane, int atMost) {
    return tables
        .operations()
        .filter(operation -> operation.state() instanceof State.Blocked)
        .filter(operation -> lane.equals(operation.submission().laneKey()))
        .sorted(Comparator.comparingLong(MemoryTx::turn))
        .limit(atMost)
        .toList();
  }

  private static long turn(Operation operation) {
    return operation.state() instanceof State.Blocked(var turn) ? turn : Long.MAX_VALUE;
  }

  @Override
  public List<Operation> pick(String queue, int atMost) {
    synchronized (tables) {
      next(Verb.PICK);
      var picked =
          tables
              .operations()
              .filter(operation -> operation.state() instanceof State.Queued)
              .filter(operation -> operation.submission().queue().equals(queue))
              .sorted(Tables.START_ORDER)
              .limit(atMost)
              .toList();
      picked.forEach(operation -> held.add(operation.id()));
      return picked;
    }
  }

  @Override
  public Instant now() {
    synchronized (tables) {
      next(Verb.NOW);
      now = tables.now(clock.instant());
      return now;
    }
  }

  @Override
  public Committed commit(Batch batch) {
    synchronized (tables) {
      next(Verb.COMMIT);
      check(batch);
      return new Committed.Yes(
          tables.apply(batch, now != null ? now : tables.now(clock.instant())));
    }
  }

  @Override
  public void close() {
    synchronized (tables) {
      store.over(this);
    }
  }

  private void next(Verb verb) {
    if (!store.isOpen(this)) throw misuse("%s in a transaction that is over", verb);
    boolean again = verb == last && verb != Verb.PICK;
    if (again || verb.compareTo(last) < 0) throw misuse("%s after %s", verb, last);
    last = verb;
  }

  private void check(Batch batch) {
    if (tables.batches.contains(new Tables.BatchName(batch.node(), batch.number()))) {
      throw misuse("batch %d of node %d is committed already", batch.number(), batch.node());
    }
    for (var key : batch.removed()) {
      if (!tables.rows.containsKey(key)) throw misuse("removing %s, which is not there", key);
      if (!held.contains(key)) throw misuse("removing %s without holding its lock", key);
    }
    Set<Key> saved = new HashSet<>();
    for (var row : batch.saved()) {
      var key = Tables.keyOf(row);
      if (key == null) continue;
      if (!saved.add(key)) throw misuse("%s is saved twice", key);
      // What is removed goes first.
      var before = batch.removed().contains(key) ? null : tables.rows.get(key);
      checkSaved(key, row, before, batch.fresh().contains(key));
    }
    for (var key : batch.fresh()) {
      if (!saved.contains(key)) throw misuse("%s is told to be fresh, and not saved", key);
    }
    for (var row : batch.saved()) {
      if (row instanceof Row.Chunk chunk) checkChunk(chunk, saved);
    }
  }

  private void checkSaved(Key key, Row row, @Nullable Row before, boolean fresh) {
    if (before != null && !held.contains(key))
      throw misuse("saving %s without holding its lock", key);
    if (fresh != (before == null))
      throw misuse("%s is told to be %s", key, fresh ? "fresh" : "known");
    if (row instanceof Operation operation) checkOperation(operation, before);
  }

  private void checkOperation(Operation operation, @Nullable Row before) {
    var id = operation.id();
    var row = operation.inRow();
    if (!Dump.of(Tables.throughCodec(operation)).equals(Dump.of(row))) {
      throw misuse("the codec does not keep %s as it is", Dump.of(row));
    }
    if (before instanceof Operation known) {
      if (!Arrays.equals(OperationCodec.asked(known), OperationCodec.asked(row))) {
        throw misuse("%s changes what never changes", id);
      }
    } else if (operation.submission().input() instanceof Payload.Apart) {
      throw misuse("%s comes without the bytes of its input", id);
    }
    boolean hadResult =
        before instanceof Operation known && known.state() instanceof State.Succeeded;
    if (!hadResult && operation.state() instanceof State.Succeeded(Payload.Apart _)) {
      throw misuse("%s comes without the bytes of its result", id);
    }
  }

  private void checkChunk(Row.Chunk chunk, Set<Key> saved) {
    var id = chunk.operation();
    if (!held.contains(id) && !saved.contains(id))
      throw misuse("a chunk of %s without its lock", id);
    if (tables.chunks(id).anyMatch(known -> known.version() == chunk.version())) {
      throw misuse("%s has a chunk %d already", id, chunk.version());
    }
  }

  private static IllegalStateException misuse(String text, Object... args) {
    return new IllegalStateException("misuse of the store: " + text.formatted(args));
  }
}
