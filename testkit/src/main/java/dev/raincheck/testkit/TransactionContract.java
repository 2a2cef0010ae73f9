package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What every store promises about its transactions: places, locks, the clock, commit and rollback.
 */
public abstract class TransactionContract extends StoreFixture {
  private static final Key.Lane LANE = new Key.Lane(1, "mail", "customer-7");

  @Test
  void places_tell_tenant_lane_and_parent_without_a_lock() {
    save(
        numbered(1).tenant(3).lane("customer-7").parent(id(9)).build(),
        numbered(2).build(),
        new Row.Tombstone(id(3), 1, T0));

    var places = places(ids(1, 2, 3, 4));

    assertThat(places)
        .isEqualTo(
            Map.of(
                id(1), new Place(3, new Key.Lane(3, "mail", "customer-7"), id(9)),
                id(2), new Place(1, null, null)));
  }

  @Test
  void places_of_nothing_are_none() {
    assertThat(places(List.of())).isEmpty();
  }

  @Test
  void a_lock_loads_every_kind_of_row_and_leaves_out_what_is_absent() {
    var rows =
        List.of(
            new Row.Owner(new Key.Owner(42), T0.plusSeconds(15)),
            new Row.Doc(new Key.Doc(1, "queue", "mail"), 1, new byte[] {0, 1, -1}),
            new Row.Idem(new Key.Idem(1, "mail", "k"), new byte[] {5}, id(1), T0.plusSeconds(60)),
            new Row.Lane(LANE, 2, 1, 3),
            numbered(1).build(),
            new Row.Tombstone(id(2), 1, T0.plusSeconds(9)));
    save(rows.toArray(Row[]::new));

    var loaded =
        lock(
            plan(
                new Key.Owner(42),
                new Key.Owner(43),
                new Key.Doc(1, "queue", "mail"),
                new Key.Doc(2, "queue", "mail"),
                new Key.Idem(1, "mail", "k"),
                new Key.Idem(1, "mail", "K"),
                LANE,
                new Key.Lane(1, "mail", "customer-8"),
                id(1),
                id(2),
                id(3)));

    assertThat(loaded.rows()).hasSize(rows.size());
    for (var row : rows) {
      var key = Tables.keyOf(row);
      assertThat(key).isNotNull();
      assertSame(loaded.rows().get(key), row);
    }
  }

  @Test
  void a_key_of_idempotency_brings_its_operation_or_its_tombstone() {
    var first = new Row.Idem(new Key.Idem(1, "mail", "a"), new byte[] {1}, id(1), T0);
    var second = new Row.Idem(new Key.Idem(1, "mail", "b"), new byte[] {1}, id(2), T0);
    var third = new Row.Idem(new Key.Idem(1, "mail", "c"), new byte[] {1}, id(3), T0);
    save(numbered(1).build(), new Row.Tombstone(id(2), 1, T0), first, second, third);

    var found = lock(plan(first.key(), second.key(), third.key())).rows();

    assertThat(found.keySet())
        .containsExactlyInAnyOrder(first.key(), second.key(), third.key(), id(1), id(2));
    assertSame(found.get(id(1)), numbered(1).build());
    assertSame(found.get(id(2)), new Row.Tombstone(id(2), 1, T0));
  }

  @Test
  void a_lock_of_nothing_loads_nothing() {
    assertThat(lock(plan()).rows()).isEmpty();
  }

  @Test
  void a_lane_brings_its_next_blocked_operations_in_turn_and_no_others() {
    save(new Row.Lane(LANE, 1, 1, 12));
    save(
        numbered(1).lane("customer-7").build(),
        numbered(2).lane("customer-7").blocked(12).build(),
        numbered(3).lane("customer-7").blocked(9).build(),
        numbered(4).lane("customer-7").blocked(10).build(),
        numbered(5).lane("customer-8").blocked(1).build(),
        numbered(6).lane("customer-7").tenant(2).blocked(2).build(),
        numbered(7).lane("customer-7").queue("letters").blocked(3).build(),
        numbered(8).lane("customer-7").canceled().build());

    var loaded = lock(new LockPlan(plan(LANE).keys(), Map.of(LANE, 2)));
    var all = lock(new LockPlan(plan(LANE).keys(), Map.of(LANE, 100)));

    assertThat(blocked(loaded, LANE)).isEqualTo(ids(3, 4));
    assertThat(blocked(all, LANE)).isEqualTo(ids(3, 4, 2));
  }

  @Test
  void a_queue_is_counted_whoever_runs_in_it_until_its_attempts_are_over() {
    save(
        numbered(1).running(42).build(),
        numbered(2).type("letter").queue("mail").tenant(2).running(43).build(),
        numbered(3).running(0).build(),
        numbered(4).state(new State.Canceling(42, T0, null, "no longer wanted")).build(),
        numbered(5).build(),
        numbered(6).scheduled(T0).build(),
        numbered(7).lane("a").blocked(1).build(),
        numbered(8).state(new State.Waiting(List.of())).build(),
        numbered(9).succeeded(null).build(),
        numbered(10).running(42).queue("letters").build());
    assertThat(running("mail", "letters", "parcels"))
        .isEqualTo(Map.of("mail", 4, "letters", 1, "parcels", 0));

    save(
        numbered(1).version(2).build(),
        numbered(2).type("letter").queue("mail").tenant(2).version(2).succeeded(null).build());
    start(numbered(5).version(2).running(43).build());
    assertThat(running("mail")).isEqualTo(Map.of("mail", 3));
    reopen();
    assertThat(running("mail")).isEqualTo(Map.of("mail", 3));
    assertThat(running()).isEmpty();
  }

  private Map<String, Integer> running(String... queues) {
    return lock(new LockPlan(plan().keys(), Map.of(), new TreeSet<>(List.of(queues)))).running();
  }

  /** As a claim does: under the queue's lock. */
  private void start(Operation operation) {
    try (var tx = store().begin()) {
      var queue = operation.submission().queue();
      var found = tx.lock(new LockPlan(plan(operation.id()).keys(), Map.of(), new TreeSet<>(List.of(queue))));
      assertThat(found.running()).containsKey(queue);
      tx.now();
      tx.commit(batch(found.rows(), List.of(operation), List.of(), List.of()));
    }
  }

  @Test
  void a_lane_without_blocked_operations_brings_none() {
    save(new Row.Lane(LANE, 1, 0, 0));

    var loaded = lock(new LockPlan(plan(LANE).keys(), Map.of(LANE, 3)));

    assertThat(blocked(loaded, LANE)).isEmpty();
  }

  @Test
  void several_lanes_bring_each_their_own_number_of_successors() {
    var other = new Key.Lane(1, "mail", "customer-8");
    var absent = new Key.Lane(1, "mail", "customer-9");
    save(new Row.Lane(LANE, 1, 1, 2), new Row.Lane(other, 1, 1, 2));
    save(
        numbered(1).lane("customer-7").blocked(1).build(),
        numbered(2).lane("customer-7").blocked(2).build(),
        numbered(3).lane("customer-8").blocked(1).build(),
        numbered(4).lane("customer-8").blocked(2).build());

    var loaded =
        lock(new LockPlan(plan(LANE, other, absent).keys(), Map.of(LANE, 1, other, 2, absent, 1)));

    assertThat(blocked(loaded, LANE)).isEqualTo(ids(1));
    assertThat(blocked(loaded, other)).isEqualTo(ids(3, 4));
    assertThat(blocked(loaded, absent)).isEmpty();
  }

  @Test
  void a_thousand_keys_are_locked_in_one_plan() {
    var rows = new ArrayList<Row>();
    for (int n = 1; n <= 1000; n++) rows.add(numbered(n).build());
    commit(rows, List.of(), List.of());

    var wanted = new ArrayList<Key>();
    for (int n = 1; n <= 1500; n++) wanted.add(id(n));

    assertThat(lock(plan(wanted)).rows()).hasSize(1000);
    assertThat(places(rows.stream().map(row -> ((Operation) row).id()).toList())).hasSize(1000);
  }

  @Test
  void the_clock_shows_whole_milliseconds() {
    clock.set(Instant.parse("2026-11-24T09:00:00.123456789Z"));

    assertThat(now()).isEqualTo(Instant.parse("2026-11-24T09:00:00.123Z"));
  }

  @Test
  void the_clock_never_goes_back() {
    clock.advance(Duration.ofHours(1));
    var before = now();

    clock.advance(Duration.ofHours(-2));
    var after = now();

    assertThat(after).isAfterOrEqualTo(before);
  }

  @Test
  void what_is_not_committed_leaves_nothing() {
    save(numbered(1).rank(1).build());
    try (var tx = store().begin()) {
      tx.lock(plan(id(1)));
      tx.pick("mail", 5);
      tx.now();
    }

    assertThat(find(1, id(1)).rank()).isEqualTo(1);
    assertThat(pick("mail", 5)).isEqualTo(ids(1));
  }

  @Test
  void readers_see_only_what_is_committed() {
    var doc = new Key.Doc(1, "queue", "mail");
    try (var tx = store().begin()) {
      var found = tx.lock(plan(id(1), doc)).rows();
      tx.now();
      assertThat(found(1, id(1))).isInstanceOf(Found.Nothing.class);

      var rows = List.of(numbered(1).build(), new Row.Doc(doc, 1, new byte[] {1}));
      tx.commit(
          batch(
              found,
              rows,
              List.of(),
              List.of(new Entry("1:operations", id(1), 1, "operation.queued"))));
    }

    assertThat(found(1, id(1))).isInstanceOf(Found.Here.class);
    assertThat(doc(doc)).isPresent();
    assertThat(log("1:operations", 0, 10)).hasSize(1);
  }

  @Test
  void one_read_sees_one_state() {
    save(numbered(1).build());

    int seen =
        read(reader -> reader.ahead(numbered(99).build(), 10) + reader.system().depths().size());

    assertThat(seen).isEqualTo(2);
  }

  @Test
  void a_batch_may_save_remove_and_append_at_once() {
    var idem = new Row.Idem(new Key.Idem(1, "mail", "old"), new byte[] {1}, id(3), T0);
    save(numbered(1).build(), numbered(2).build(), idem);

    commit(
        List.of(numbered(1).running(42).version(2).build(), numbered(4).build()),
        List.of(id(2), idem.key()),
        List.of(new Entry("1:operations", id(1), 2, "operation.running")));

    assertThat(find(1, id(1)).state().word()).isEqualTo("running");
    assertThat(find(1, id(4)).state().word()).isEqualTo("queued");
    assertThat(found(1, id(2))).isInstanceOf(Found.Nothing.class);
    assertThat(lock(plan(idem.key())).rows()).isEmpty();
  }

  @Test
  void a_batch_of_nothing_is_committed_too() {
    assertThat(commit(List.of(), List.of(), List.of()).firstOffset()).isEmpty();
    assertThat(store().committed(NODE, lastBatch())).isTrue();
  }

  @Test
  void an_unsure_commit_can_be_asked_for() {
    save(numbered(1).build());
    long first = lastBatch();
    try (var tx = store().begin()) {
      tx.lock(plan());
      tx.now();
    }

    assertThat(store().committed(NODE, first)).isTrue();
    assertThat(store().committed(NODE, first + 1)).isFalse();
    assertThat(store().committed(NODE + 1, first)).isFalse();
  }

  @Test
  void a_commit_answers_with_the_first_offset_of_each_stream() {
    append(
        new Entry("1:operations", id(1), 1, "operation.queued"),
        new Entry("1:operations", id(2), 1, "operation.queued"));

    var committed =
        append(
            new Entry("1:operations", id(1), 2, "operation.running"),
            new Entry("2:operations", id(3), 1, "operation.queued"));

    assertThat(committed)
        .isEqualTo(new Committed.Yes(Map.of("1:operations", 3L, "2:operations", 1L)));
  }

  @Test
  void the_store_says_what_it_is() {
    assertThat(store().describe().name()).isNotBlank();
  }

  private static List<OperationId> blocked(Loaded loaded, Key.Lane lane) {
    return ids(loaded.blocked().getOrDefault(lane, List.of()));
  }
}
