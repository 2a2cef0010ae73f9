package dev.raincheck.postgres;

import static dev.raincheck.postgres.Nodes.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.AwayException;
import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Tx;
import dev.raincheck.ledger.UndoneException;
import dev.raincheck.testkit.AnOperation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What breaks between a node and its server loses nothing, doubles nothing, and is never guessed at. */
class BrokenTest {
  private static final String KILL =
      "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'raincheck %'";

  private final PostgresConfig config = TestServer.config();
  private long batches;

  @Test
  void a_batch_is_locked_in_one_message_and_committed_in_one() throws Exception {
    try (var wire = new Wire(TestServer.port());
        var store = open(over(wire))) {
      commit(store, 1);
      try (var tx = store.begin()) {
        int before = wire.roundTrips();
        tx.lock(plan(1));
        tx.now();
        assertThat(wire.roundTrips() - before).as("lock").isEqualTo(1);
        assertThat(tx.commit(again(1))).isInstanceOf(Committed.Yes.class);
        assertThat(wire.roundTrips() - before).as("lock and commit").isEqualTo(2);
      }
    }
  }

  @Test
  void a_commit_whose_answer_is_cut_off_is_found_to_stand() throws Exception {
    try (var wire = new Wire(TestServer.port());
        var store = open(over(wire))) {
      commit(store, 1);
      wire.next(Wire.Fate.UNANSWERED);

      assertThat(tryToCommit(store, 2)).isInstanceOf(Committed.Unsure.class);
      assertThat(store.committed(7, batches)).isTrue();
      assertThat(commit(store, 3).firstOffset()).containsEntry("1:operations", 3L);
    }
  }

  @Test
  void a_commit_that_never_arrived_is_found_not_to_stand() throws Exception {
    try (var wire = new Wire(TestServer.port());
        var store = open(over(wire))) {
      commit(store, 1);
      wire.next(Wire.Fate.LOST);

      assertThat(tryToCommit(store, 2)).isInstanceOf(Committed.Unsure.class);
      assertThat(store.committed(7, batches)).isFalse();
      assertThat(commit(store, 2).firstOffset()).containsEntry("1:operations", 2L);
    }
  }

  @Test
  void a_ledger_answers_every_submit_once_whatever_becomes_of_its_commit() throws Exception {
    try (var wire = new Wire(TestServer.port());
        var nodes = new Nodes(over(wire))) {
      for (int i = 0; i < 20; i++) {
        if (i % 3 == 1) wire.next(Wire.Fate.UNANSWERED);
        if (i % 3 == 2) wire.next(Wire.Fate.LOST);
        assertThat(nodes.get(0).hand(submit("order-" + i))).isInstanceOf(Outcome.Accepted.class);
      }
      assertThat(nodes.standing()).hasSize(20);
      assertThat(nodes.checkLog()).hasSize(20);
    }
  }

  @Test
  void nodes_whose_sessions_are_killed_again_and_again_lose_and_double_nothing() throws Exception {
    int keys = 120;
    try (var nodes = new Nodes(config, config);
        var admin = TestServer.connect(config);
        var killer = Executors.newSingleThreadScheduledExecutor()) {
      killer.scheduleWithFixedDelay(
          () -> {
            try (var statement = admin.createStatement()) {
              statement.execute(KILL);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          },
          100,
          200,
          TimeUnit.MILLISECONDS);
      var accepted = new AtomicInteger();

      Nodes.together(
          4,
          n -> {
            for (int i = 0; i < keys; i++) if (acceptedOrSeen(nodes.get(n % 2), "order-" + i)) accepted.incrementAndGet();
            return n;
          });
      killer.shutdown();
      assertThat(killer.awaitTermination(Nodes.SECONDS_MAX, TimeUnit.SECONDS)).isTrue();

      assertThat(accepted).hasValue(4 * keys);
      assertThat(nodes.get(0).ledger().healthy()).isTrue();
      assertThat(nodes.standing()).hasSize(keys);
      nodes.checkLog();
    }
  }

  /** As a client does: whoever gets no answer asks again with the same key. */
  private static boolean acceptedOrSeen(Nodes.One node, String key) {
    for (int tries = 0; tries < 50; tries++) {
      try {
        var outcome = node.ledger().hand(submit(key)).get(Nodes.SECONDS_MAX, TimeUnit.SECONDS);
        if (outcome instanceof Outcome.Accepted || outcome instanceof Outcome.Seen) return true;
      } catch (Exception unknown) {
        continue;
      }
    }
    return false;
  }

  @Test
  void a_node_that_stands_still_is_put_out_of_the_others_way_and_told() {
    var impatient = config.withSettings(Map.of("idle_in_transaction_session_timeout", "300ms"));
    try (var frozen = open(impatient);
        var other = open(config)) {
      commit(frozen, 1);
      var tx = frozen.begin();
      tx.lock(plan(1)); // And now it stands still.

      assertThat(commit(other, 1)).isNotNull();

      assertThat(tx.commit(batch(1))).isInstanceOf(Committed.Unsure.class);
      assertThat(frozen.committed(7, batches)).isFalse();
      tx.close();
      assertThat(commit(frozen, 1)).isNotNull();
    }
  }

  @Test
  void a_batch_that_waits_too_long_for_a_lock_is_undone_and_may_come_again() {
    var impatient = config.withSettings(Map.of("lock_timeout", "100ms"));
    try (var holder = open(config);
        var waiter = open(impatient)) {
      commit(holder, 1);
      try (var held = holder.begin()) {
        held.lock(plan(1));
        try (var tx = waiter.begin()) {
          assertThatThrownBy(() -> tx.lock(plan(1))).isInstanceOf(UndoneException.class);
        }
      }
      assertThat(commit(waiter, 1)).isNotNull();
    }
  }

  @Test
  void a_server_that_is_away_refuses_new_work_for_sure_and_takes_it_when_it_is_back() throws Exception {
    var wire = new Wire(TestServer.port());
    int port = wire.port();
    try (var nodes = new Nodes(over(wire).withAway(Duration.ofMillis(200)))) {
      nodes.get(0).hand(submit("first"));
      wire.close();

      // The first batch finds out; what it asked is tried again, and then refused.
      assertThat(nodes.get(0).hand(submit("away"))).isInstanceOf(Outcome.Refused.class);
      assertThat(nodes.get(0).ledger().healthy()).isTrue();

      try (var again = new Wire(TestServer.port(), port)) {
        assertThat(again.port()).isEqualTo(port);
        assertThat(acceptedOrSeen(nodes.get(0), "away")).isTrue();
        assertThat(nodes.checkLog()).hasSize(2);
      }
    }
  }

  @Test
  void a_read_connection_that_dies_while_it_is_made_spoils_no_other() throws Exception {
    try (var wire = new Wire(TestServer.port())) {
      wire.cutAt("SHOW TRANSACTION ISOLATION LEVEL");
      try (var store = open(over(wire))) {
        commit(store, 1);
        assertThat(store.<Long>read(reader -> reader.system().logEnd())).isPositive();
      }
    }
  }

  @Test
  void beginning_without_a_server_says_that_it_is_away() throws Exception {
    var wire = new Wire(TestServer.port());
    try (var store = open(over(wire).withAway(Duration.ofMillis(100)))) {
      wire.close();
      assertThatThrownBy(store::begin).isInstanceOf(AwayException.class);
    }
  }

  @Test
  void a_value_that_postgresql_refuses_poisons_its_batch_and_nothing_else() {
    try (var store = open(config)) {
      commit(store, 1);
      var bad = AnOperation.numbered(2).correlationId("a\0b").build();

      try (var tx = store.begin()) {
        tx.lock(plan(2, 3));
        tx.now();
        var rows = List.<Row>of(bad, AnOperation.numbered(3).build());
        var batch = new Batch(7, ++batches, rows, Set.of(bad.id(), AnOperation.id(3)), List.of(), List.of());
        assertThat(tx.commit(batch)).isInstanceOf(Committed.Poison.class);
      }

      assertThat(commit(store, 3).firstOffset()).containsEntry("1:operations", 2L);
    }
  }

  @Test
  void a_server_without_room_is_told_apart_from_one_that_is_broken() throws Exception {
    try (var store = open(config)) {
      TestServer.edit(
          config,
          """
          CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$;
          CREATE TRIGGER no_room BEFORE INSERT ON life EXECUTE FUNCTION no_room()""");

      assertThat(tryToCommit(store, 1)).isInstanceOf(Committed.Full.class);

      TestServer.edit(config, "DROP TRIGGER no_room ON life");
      assertThat(tryToCommit(store, 1)).isInstanceOf(Committed.Yes.class);
    }
  }

  private PostgresConfig over(Wire wire) {
    return TestServer.at(wire.port()).withSchema(config.schema());
  }

  private static PostgresStore open(PostgresConfig config) {
    return PostgresStore.open(config, System::nanoTime);
  }

  private static LockPlan plan(int... numbers) {
    var keys = new TreeSet<Key>(Key.ORDER);
    for (int n : numbers) keys.add(AnOperation.id(n));
    return new LockPlan(keys, Map.of());
  }

  /** A batch that saves one operation, as a new one if it is. */
  private Committed tryToCommit(PostgresStore store, int n) {
    try (var tx = store.begin()) {
      boolean fresh = lock(tx, n);
      tx.now();
      return tx.commit(fresh ? batch(n) : again(n));
    }
  }

  private static boolean lock(Tx tx, int n) {
    return tx.lock(plan(n)).rows().isEmpty();
  }

  private Committed.Yes commit(PostgresStore store, int n) {
    var committed = tryToCommit(store, n);
    assertThat(committed).isInstanceOf(Committed.Yes.class);
    return (Committed.Yes) committed;
  }

  private Batch batch(int n) {
    var entry = new Entry("1:operations", AnOperation.id(n), 1, "operation.queued");
    return new Batch(
        7, ++batches, List.of(AnOperation.numbered(n).build()), Set.of(AnOperation.id(n)), List.of(), List.of(entry));
  }

  private Batch again(int n) {
    return new Batch(7, ++batches, List.of(AnOperation.numbered(n).rank(9).build()), Set.of(), List.of(), List.of());
  }
}
