package dev.raincheck.postgres;

import static dev.raincheck.postgres.Nodes.submit;
import static dev.raincheck.postgres.Nodes.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Outcome.Claimed.Limit;
import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A limit on a queue holds to the unit, whichever nodes claim at the same time. */
class ClusterLimitTest {
  private static final int LIMIT = 10;

  private final PostgresConfig config = TestServer.config();

  private static void fill(Nodes nodes, int operations) throws Exception {
    together(
        6,
        n -> {
          for (int i = 0; i < operations / 6; i++) nodes.get(n % nodes.all().size()).hand(submit(null));
          return n;
        });
  }

  /** Who claims and ends until all is done. */
  private static final class Workers {
    final Set<OperationId> ended = ConcurrentHashMap.newKeySet();
    private final int all;

    Workers(int all) {
      this.all = all;
    }

    int work(Nodes.One node) {
      while (ended.size() < all) {
        var attempts = node.claim(4, LIMIT);
        for (var attempt : attempts) {
          var outcome = node.hand(new Command.Complete(attempt.id(), attempt.moment().epoch(), null));
          assertThat(outcome).isInstanceOf(Outcome.Moved.class);
          assertThat(ended.add(attempt.id())).isTrue();
        }
      }
      return ended.size();
    }
  }

  /** The log tells starts and ends in the order in which they were committed. */
  private static int mostAtATime(List<Entry> log) {
    var running = new HashSet<OperationId>();
    int most = 0;
    for (var entry : log) {
      if (entry.type().equals("operation.running")) running.add(entry.operation());
      else if (!entry.type().equals("operation.canceling")) running.remove(entry.operation());
      most = Math.max(most, running.size());
    }
    return most;
  }

  @Test
  void three_nodes_that_claim_as_fast_as_they_can_never_run_one_too_many() throws Exception {
    hammer(config, 600);
  }

  @Test
  void nor_under_plans_that_are_all_bad() throws Exception {
    hammer(
        config.withSettings(
            Map.of("enable_indexscan", "off", "enable_indexonlyscan", "off", "enable_seqscan", "on", "enable_nestloop",
                "off", "enable_hashjoin", "on")),
        150);
  }

  private static void hammer(PostgresConfig config, int operations) throws Exception {
    try (var nodes = new Nodes(config, config, config)) {
      fill(nodes, operations);
      var workers = new Workers(operations);

      together(9, n -> workers.work(nodes.get(n % 3)));

      assertThat(mostAtATime(nodes.checkLog())).isEqualTo(LIMIT);
      assertThat(workers.ended).hasSize(operations);
      assertThat(nodes.standing()).hasSize(operations).allMatch(Operation::done);
    }
  }

  @Test
  void what_a_dead_node_ran_counts_until_it_is_given_to_others() throws Exception {
    var clock = new ManualClock(AnOperation.EPOCH);
    try (var nodes = new Nodes(clock, config, config, config)) {
      fill(nodes, 60);
      var dead = nodes.get(2);
      dead.hand(new Command.Renew(dead.id(), Duration.ofSeconds(15)));
      var held = dead.claim(4, LIMIT);
      assertThat(held).hasSize(4);
      dead.ledger().close();
      var workers = new Workers(60 - held.size());

      together(4, n -> workers.work(nodes.get(n % 2)));

      assertThat(mostAtATime(nodes.checkLog())).isEqualTo(LIMIT);
      var blocked = List.of(submit(null), submit(null), submit(null), submit(null), submit(null), submit(null), submit(null));
      for (var one : blocked) nodes.get(0).hand(one);
      assertThat(nodes.get(0).claim(10, LIMIT)).as("four are still held").hasSize(6);
      assertThat(nodes.get(1).claim(10, LIMIT)).isEmpty();

      clock.advance(Duration.ofSeconds(16));
      for (var attempt : held) {
        assertThat(nodes.get(1).hand(new Command.Lost(attempt.id(), dead.id()))).isInstanceOf(Outcome.Moved.class);
      }
      assertThat(nodes.get(1).claim(10, LIMIT)).hasSize(4);
      assertThat(mostAtATime(nodes.checkLog())).isEqualTo(LIMIT);
    }
  }

  @Test
  void a_claim_beside_another_ones_starts_nothing_and_holds_nobody_up() {
    try (var nodes = new Nodes(config, config)) {
      for (int i = 0; i < 5; i++) nodes.get(0).hand(submit(null));
      assertThat(nodes.get(0).claim(1, LIMIT)).hasSize(1);
      nodes.get(1).ledger().close();
      var claim = new Command.Claim("mail", 1, 1, LIMIT);

      try (var other = nodes.get(1).store().begin()) {
        var plan = new LockPlan(Collections.emptySortedSet(), Map.of(), new TreeSet<>(Set.of("mail", "letters")));
        assertThat(other.lock(plan).running()).isEqualTo(Map.of("mail", 1, "letters", 0));

        assertThat(nodes.get(0).hand(claim)).isEqualTo(new Outcome.Claimed(List.of(), Limit.BUSY));
        assertThat(nodes.get(0).hand(submit(null))).isInstanceOf(Outcome.Accepted.class);
        assertThat(nodes.get(0).claim(2)).as("without a limit nobody asks").hasSize(2);
        assertThat(other.pick("mail", 10)).as("nothing is locked in vain").hasSize(3);
      }
      assertThat(nodes.get(0).claim(1, LIMIT)).hasSize(1);
    }
  }

  @Test
  void a_node_that_rolls_back_or_dies_leaves_the_queue_free() {
    try (var nodes = new Nodes(config, config)) {
      nodes.get(0).hand(submit(null));
      nodes.get(1).ledger().close();
      assertThat(running(nodes.get(1).store())).isEqualTo(Map.of("mail", 0));

      assertThat(nodes.get(0).claim(1, LIMIT)).hasSize(1);
    }
  }

  private static Map<String, Integer> running(Store store) {
    try (var tx = store.begin()) {
      return tx.lock(new LockPlan(new TreeSet<>(Key.ORDER), Map.of(), new TreeSet<>(Set.of("mail")))).running();
    }
  }

  @Test
  void a_node_counts_anew_when_it_has_missed_a_part_of_the_journal() throws Exception {
    try (var nodes = new Nodes(config, config)) {
      fill(nodes, 60);
      nodes.get(1).ledger().close();
      assertThat(running(nodes.get(1).store())).isEqualTo(Map.of("mail", 0));
      for (int i = 0; i < 4; i++) assertThat(nodes.get(0).claim(2, LIMIT)).hasSize(2);
      TestServer.edit(config, "DELETE FROM started WHERE n < 4");

      assertThat(running(nodes.get(1).store())).isEqualTo(Map.of("mail", 8));
      assertThat(nodes.get(0).claim(1, LIMIT)).hasSize(1);
      assertThat(running(nodes.get(1).store())).isEqualTo(Map.of("mail", 9));
    }
  }

  @Test
  void the_journal_is_forgotten_but_for_its_last_entry() throws Exception {
    var clock = new ManualClock(AnOperation.EPOCH);
    try (var nodes = new Nodes(clock, config)) {
      fill(nodes, 12);
      for (int i = 0; i < 4; i++) assertThat(nodes.get(0).claim(2, LIMIT)).hasSize(2);
      clock.advance(Duration.ofMinutes(3));
      nodes.get(0).hand(new Command.Trim(clock.instant().minus(Duration.ofDays(7))));

      assertThat(TestServer.number(config, "SELECT count(*) FROM started")).isEqualTo(1);
      assertThat(nodes.get(0).claim(5, LIMIT)).hasSize(2);
      assertThat(TestServer.number(config, "SELECT max(n) FROM started")).isEqualTo(5);
    }
  }

  @Test
  void what_a_node_without_the_limit_has_started_is_counted_within_a_minute() throws Exception {
    var clock = new ManualClock(AnOperation.EPOCH);
    try (var nodes = new Nodes(config);
        var store = TestServer.open(config, clock)) {
      fill(nodes, 12);
      assertThat(running(store)).isEqualTo(Map.of("mail", 0));
      assertThat(nodes.get(0).claim(7)).hasSize(7);

      clock.advance(Duration.ofMinutes(1));
      assertThat(running(store)).isEqualTo(Map.of("mail", 7));
    }
  }
}
