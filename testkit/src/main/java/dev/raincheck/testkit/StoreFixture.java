package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A store that is open for one test, and short words for what tests do with it. */
abstract class StoreFixture {
  static final Instant T0 = AnOperation.EPOCH;
  static final long NODE = 7;

  final ManualClock clock = new ManualClock(T0);
  private Store store;
  private long batches;

  /**
   * Opens the store of this test. Called again after a close, it must find what the last one
   * committed, as a process that starts again would.
   */
  protected abstract Store open(InstantSource clock);

  @BeforeEach
  void openStore() {
    store = open(clock);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  final Store store() {
    return store;
  }

  final void reopen() {
    store.close();
    store = open(clock);
  }

  /** Saves rows in a transaction of their own, as an engine that knows which of them are new. */
  final Committed.Yes save(Row... rows) {
    return commit(List.of(rows), List.of(), List.of());
  }

  final Committed.Yes remove(Key... keys) {
    return commit(List.of(), List.of(keys), List.of());
  }

  final Committed.Yes append(Entry... entries) {
    return commit(List.of(), List.of(), List.of(entries));
  }

  final Committed.Yes commit(List<? extends Row> saved, List<Key> removed, List<Entry> entries) {
    try (var tx = store.begin()) {
      var keys = keysOf(saved);
      keys.addAll(removed);
      var found = tx.lock(plan(keys)).rows();
      tx.now();
      var committed = tx.commit(batch(found, saved, removed, entries));
      assertThat(committed).isInstanceOf(Committed.Yes.class);
      return (Committed.Yes) committed;
    }
  }

  /** Forgets the log before a moment, in a transaction of its own. */
  final void trim(Instant before) {
    try (var tx = store.begin()) {
      tx.lock(plan(Set.of()));
      tx.now();
      var batch =
          new Batch(NODE, ++batches, List.of(), Set.of(), List.of(), List.of(), before, List.of());
      assertThat(tx.commit(batch)).isInstanceOf(Committed.Yes.class);
    }
  }

  final Batch batch(
      Map<Key, Row> found, List<? extends Row> saved, List<Key> removed, List<Entry> entries) {
    Set<Key> fresh = new HashSet<>();
    for (var row : saved) {
      var key = Tables.keyOf(row);
      if (key != null && (!found.containsKey(key) || removed.contains(key))) fresh.add(key);
    }
    return new Batch(NODE, ++batches, List.copyOf(saved), fresh, removed, entries);
  }

  /** The number of the last batch that was made. */
  final long lastBatch() {
    return batches;
  }

  private static Set<Key> keysOf(List<? extends Row> rows) {
    Set<Key> keys = new HashSet<>();
    for (var row : rows) {
      var key = row instanceof Row.Chunk chunk ? chunk.operation() : Tables.keyOf(row);
      if (key != null) keys.add(key);
    }
    return keys;
  }

  static LockPlan plan(Key... keys) {
    return plan(Arrays.asList(keys));
  }

  static LockPlan plan(Collection<? extends Key> keys) {
    var sorted = new TreeSet<Key>(Key.ORDER);
    sorted.addAll(keys);
    return new LockPlan(sorted, Map.of());
  }

  /** What a transaction finds under these keys. */
  final Loaded lock(LockPlan plan) {
    try (var tx = store.begin()) {
      return tx.lock(plan);
    }
  }

  final <T> T inTx(Function<Tx, T> work) {
    try (var tx = store.begin()) {
      return work.apply(tx);
    }
  }

  final List<OperationId> pick(String queue, int atMost) {
    return inTx(tx -> ids(tx.pick(queue, atMost)));
  }

  final <T> T read(Function<Reader, T> query) {
    return store.read(query);
  }

  final <T> T readSystem(Function<Reader.System, T> query) {
    return store.read(reader -> query.apply(reader.system()));
  }

  final Reader.Found found(int tenant, OperationId id) {
    return read(reader -> reader.operation(tenant, id));
  }

  final Optional<Row.Doc> doc(Key.Doc key) {
    return read(reader -> reader.doc(key));
  }

  final Optional<byte[]> payload(OperationId id, Payload.Part part) {
    return read(reader -> reader.payload(id, part));
  }

  final long logEnd(String stream) {
    return read(reader -> reader.logEnd(stream));
  }

  final List<Reader.Segment> log(String stream, long offset, int atMost) {
    return read(reader -> reader.log(stream, offset, atMost));
  }

  final int ahead(Operation operation, int atMost) {
    return read(reader -> reader.ahead(operation, atMost));
  }

  final List<Reader.Depth> depths() {
    return readSystem(Reader.System::depths);
  }

  final @Nullable Instant nextDue() {
    return store.read(reader -> Optional.ofNullable(reader.system().nextDue())).orElse(null);
  }

  final Map<OperationId, Place> places(Collection<OperationId> ids) {
    return inTx(tx -> tx.places(ids));
  }

  /** The store's clock. */
  final Instant now() {
    return inTx(Tx::now);
  }

  /** The operation as its tenant sees it. */
  final Operation find(int tenant, OperationId id) {
    var found = found(tenant, id);
    assertThat(found).isInstanceOf(Reader.Found.Here.class);
    return ((Reader.Found.Here) found).operation();
  }

  static List<OperationId> ids(Collection<Operation> operations) {
    return operations.stream().map(Operation::id).toList();
  }

  static List<OperationId> ids(int... numbers) {
    return Arrays.stream(numbers).mapToObj(AnOperation::id).toList();
  }

  /** Compares with the bytes that rows hold. */
  static void assertSame(@Nullable Object actual, @Nullable Object expected) {
    assertThat(Dump.of(actual)).isEqualTo(Dump.of(expected));
  }
}
