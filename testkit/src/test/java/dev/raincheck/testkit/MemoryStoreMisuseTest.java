package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.StoreException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What real stores have to trust, the specification checks. */
final class MemoryStoreMisuseTest {
  private final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");
  private final MemoryStore store = new MemoryStore(clock);

  @BeforeEach
  void one_operation_stands() {
    try (var tx = store.begin()) {
      tx.commit(new Batch(1, 1, List.of(numbered(1).build()), Set.of(id(1)), List.of(), List.of()));
    }
  }

  @Test
  void one_transaction_at_a_time() {
    try (var first = store.begin()) {
      assertThat(first.places(List.of(id(1)))).hasSize(1);
      misuse(store::begin, "begin() while another transaction is open");
    }
  }

  @Test
  void verbs_have_an_order_and_all_but_pick_come_once() {
    try (var tx = store.begin()) {
      tx.pick("mail", 1);
      tx.pick("letters", 1);
      misuse(() -> tx.lock(plan()), "LOCK after PICK");
      tx.now();
      misuse(tx::now, "NOW after NOW");
    }
  }

  @Test
  void a_transaction_that_is_over_does_nothing() {
    var tx = store.begin();
    tx.close();

    misuse(tx::now, "NOW in a transaction that is over");
  }

  @Test
  void what_stands_is_saved_and_removed_under_its_lock_only() {
    misuse(
        () -> commit(plan(), List.of(numbered(1).build()), Set.of(), List.of()),
        "without holding its lock");
    misuse(() -> commit(plan(), List.of(), Set.of(), List.of(id(1))), "without holding its lock");
    misuse(() -> commit(plan(), List.of(chunk(2)), Set.of(), List.of()), "without its lock");
  }

  @Test
  void fresh_means_fresh() {
    misuse(
        () -> commit(plan(id(1)), List.of(numbered(1).build()), Set.of(id(1)), List.of()),
        "told to be fresh");
    misuse(
        () -> commit(plan(id(2)), List.of(numbered(2).build()), Set.of(), List.of()),
        "told to be known");
    misuse(() -> commit(plan(id(2)), List.of(), Set.of(id(2)), List.of()), "and not saved");
  }

  @Test
  void a_key_is_saved_once() {
    var twice = List.<Row>of(numbered(2).build(), numbered(2).build());

    misuse(() -> commit(plan(), twice, Set.of(id(2)), List.of()), "saved twice");
  }

  @Test
  void what_is_absent_is_not_removed() {
    misuse(() -> commit(plan(id(2)), List.of(), Set.of(), List.of(id(2))), "not there");
  }

  @Test
  void what_was_asked_never_changes() {
    var other = numbered(1).tag("new").build();

    misuse(
        () -> commit(plan(id(1)), List.of(other), Set.of(), List.of()),
        "changes what never changes");
  }

  @Test
  void times_finer_than_the_codec_keeps_are_found_out() {
    var fine = numbered(2).deadlineAt(clock.instant().plusNanos(1)).build();

    misuse(() -> commit(plan(), List.of(fine), Set.of(id(2)), List.of()), "codec");
  }

  @Test
  void a_reader_is_not_kept() {
    Reader kept = store.read(reader -> reader);

    misuse(() -> kept.operation(1, id(1)), "used after its read");
  }

  @Test
  void misuse_writes_nothing() {
    misuse(
        () ->
            commit(
                plan(),
                List.of(numbered(2).build(), numbered(1).build()),
                Set.of(id(2)),
                List.of()),
        "without holding its lock");

    assertThat(store.<Reader.Found>read(reader -> reader.operation(1, id(2))))
        .isInstanceOf(Reader.Found.Nothing.class);
  }

  @Test
  void a_closed_store_answers_nothing() {
    var again = store.reopened();

    assertThatThrownBy(store::begin).isInstanceOf(StoreException.class);
    assertThat(again.<Reader.Found>read(reader -> reader.operation(1, id(1))))
        .isInstanceOf(Reader.Found.Here.class);
  }

  private void commit(LockPlan plan, List<Row> saved, Set<Key> fresh, List<Key> removed) {
    try (var tx = store.begin()) {
      tx.lock(plan);
      tx.now();
      tx.commit(new Batch(1, 2, saved, fresh, removed, List.of()));
    }
  }

  private static Row.Chunk chunk(int version) {
    return new Row.Chunk(id(1), version, AnOperation.EPOCH, Row.Chunk.Kind.LOG, null, new byte[0]);
  }

  private static LockPlan plan(Key... keys) {
    var sorted = new TreeSet<Key>(Key.ORDER);
    sorted.addAll(List.of(keys));
    return new LockPlan(sorted, Map.of());
  }

  private static void misuse(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }
}
