package dev.raincheck.postgres;

import static dev.raincheck.postgres.Nodes.submit;
import static dev.raincheck.postgres.Nodes.together;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Several nodes on one database decide as one would. */
class ClusterTest {
  private final PostgresConfig config = TestServer.config();

  @Test
  void a_burst_of_one_key_at_three_nodes_makes_one_operation() throws Exception {
    try (var nodes = new Nodes(config, config, config)) {
      for (int round = 1; round <= 20; round++) {
        var key = "order-" + round;

        var outcomes = together(24, n -> nodes.get(n % 3).hand(submit(key)));

        var accepted = outcomes.stream().filter(Outcome.Accepted.class::isInstance).toList();
        assertThat(accepted).hasSize(1);
        var id = ((Outcome.Accepted) accepted.getFirst()).operation().id();
        for (var outcome : outcomes) {
          if (outcome instanceof Outcome.Seen(var operation)) assertThat(operation.id()).isEqualTo(id);
          else assertThat(outcome).isSameAs(accepted.getFirst());
        }
      }
      assertThat(nodes.standing()).hasSize(20);
      nodes.checkLog();
    }
  }

  @Test
  void many_keys_in_any_order_at_three_nodes_make_one_operation_each() throws Exception {
    try (var nodes = new Nodes(config, config, config)) {
      int keys = 60;
      var accepted = new ConcurrentHashMap<String, AtomicInteger>();

      together(
          12,
          n -> {
            for (int i = 0; i < keys; i++) {
              // Half of them go through the keys backwards, so that their batches overlap crosswise.
              var key = "order-" + (n % 2 == 0 ? i : keys - 1 - i);
              if (nodes.get(n % 3).hand(submit(key)) instanceof Outcome.Accepted) {
                accepted.computeIfAbsent(key, _ -> new AtomicInteger()).incrementAndGet();
              }
            }
            return n;
          });

      assertThat(accepted).hasSize(keys).allSatisfy((_, count) -> assertThat(count).hasValue(1));
      assertThat(nodes.standing()).hasSize(keys);
      nodes.checkLog();
    }
  }

  @Test
  void lanes_admit_no_more_than_their_limit_and_every_operation_runs_once() throws Exception {
    int lanes = 5;
    int each = 12;
    int limit = 2;
    try (var nodes = new Nodes(config, config, config)) {
      together(
          6,
          n -> {
            for (int i = 0; i < lanes * each / 6; i++) {
              var outcome = nodes.get(n % 3).hand(submit(null, "lane-" + (i % lanes), limit));
              assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
            }
            return n;
          });
      var running = new Running(limit);

      together(6, n -> running.work(nodes.get(n % 3), lanes * each));

      assertThat(running.ended).hasSize(lanes * each);
      assertThat(nodes.standing()).hasSize(lanes * each).allMatch(Operation::done);
      nodes.checkLog();
    }
  }

  /** What runs, as those see it who run it. */
  private static final class Running {
    final Set<OperationId> ended = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> inLane = new ConcurrentHashMap<>();
    private final int limit;

    Running(int limit) {
      this.limit = limit;
    }

    int work(Nodes.One node, int all) {
      while (ended.size() < all) {
        for (var attempt : node.claim(3)) run(attempt, node);
      }
      return ended.size();
    }

    private void run(Operation attempt, Nodes.One node) {
      var lane = inLane.computeIfAbsent(String.valueOf(attempt.submission().lane()), _ -> new AtomicInteger());
      assertThat(lane.incrementAndGet()).isLessThanOrEqualTo(limit);
      assertThat(attempt.moment().epoch()).isEqualTo(1);
      lane.decrementAndGet(); // Before the end is told: from then on the next one may start.
      var outcome = node.hand(new Command.Complete(attempt.id(), 1, null));
      assertThat(outcome).isInstanceOf(Outcome.Moved.class);
      assertThat(ended.add(attempt.id())).isTrue();
    }
  }

  @Test
  void completions_cancels_and_looks_at_the_same_operations_collide_for_nobody() throws Exception {
    try (var nodes = new Nodes(config, config)) {
      var ids = new ArrayList<OperationId>();
      for (int i = 0; i < 60; i++) {
        var outcome = nodes.get(0).hand(submit(null, "lane-" + i % 7, 60));
        ids.add(((Outcome.Accepted) outcome).operation().id());
      }
      assertThat(nodes.get(0).claim(60)).hasSize(60);

      together(
          8,
          n -> {
            var order = new ArrayList<>(ids);
            if (n % 2 == 1) Collections.reverse(order);
            for (var id : order) {
              Command command =
                  switch (n % 4) {
                    case 0, 1 -> new Command.Complete(id, 1, null);
                    case 2 -> new Command.Cancel(1, id, null, null);
                    default -> new Command.Look(id);
                  };
              assertThat(nodes.get(n % 2).hand(command)).isNotNull();
            }
            return n;
          });

      assertThat(nodes.standing()).hasSize(60).allMatch(Operation::done);
      nodes.checkLog();
    }
  }

  @Test
  void claims_at_the_same_time_take_different_operations_and_no_more_than_they_may_under_any_plan() {
    var bad =
        config.withSettings(
            Map.of("enable_indexscan", "off", "enable_indexonlyscan", "off", "enable_seqscan", "on", "enable_nestloop", "off", "enable_hashjoin", "on"));
    for (var each : List.of(config, bad)) {
      try (var nodes = new Nodes(each, each)) {
        for (int i = 0; i < 10; i++) nodes.get(0).hand(submit(null));
        nodes.get(0).ledger().close();
        nodes.get(1).ledger().close();

        try (var one = nodes.get(0).store().begin();
            var other = nodes.get(1).store().begin()) {
          var first = one.pick("mail", 4);
          var second = other.pick("mail", 4);
          assertThat(first).hasSize(4);
          assertThat(second).hasSize(4).doesNotContainAnyElementsOf(first);
          assertThat(other.pick("mail", 100)).hasSizeLessThanOrEqualTo(16).doesNotContainAnyElementsOf(first);
        }
      }
    }
  }

  @Test
  void what_another_node_made_ready_before_a_mark_is_found() {
    try (var nodes = new Nodes(config, config)) {
      for (int i = 0; i < 5; i++) nodes.get(0).hand(submit(null));
      assertThat(nodes.get(0).claim(3)).hasSize(3);
      nodes.get(1).hand(submit(null)); // Its ranks begin at one again: before the mark of the first node.

      assertThat(nodes.get(0).claim(10)).hasSize(3);
    }
  }
}
