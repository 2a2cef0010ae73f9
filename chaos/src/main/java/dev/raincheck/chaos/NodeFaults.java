package dev.raincheck.chaos;

import java.sql.SQLException;
import java.util.List;
import java.util.random.RandomGenerator;

/** What can happen to a node. */
final class NodeFaults {
  private static final List<Integer> SKEWS = List.of(0, 60, -60);
  private static final int FREEZES_MAX = 100;
  private static final int START_TRIES_MAX = 60;

  /** Sessions of nodes that hold locks and wait for their client, with the beginning of their transaction. */
  private static final String IN_A_BATCH =
      """
      SELECT string_agg(pid || '/' || xact_start, ',' ORDER BY pid) FROM pg_stat_activity
      WHERE application_name = 'raincheck ledger' AND state LIKE 'idle in transaction%'
        AND xact_start < clock_timestamp() - interval '300 ms'\
      """;

  private final Cluster cluster;
  private final History history;
  private final RandomGenerator dice;

  NodeFaults(Cluster cluster, History history, RandomGenerator dice) {
    this.cluster = cluster;
    this.history = history;
    this.dice = dice;
  }

  void kill(int seconds) throws Exception {
    var node = cluster.any(dice);
    long began = System.nanoTime();
    node.kill();
    Shell.rest(seconds * 1_000L);
    start(node);
    tell(node, began, Fault.KILL, true, "dead for " + seconds + " s");
  }

  void pause(int seconds) throws Exception {
    var node = cluster.any(dice);
    long began = System.nanoTime();
    node.pause();
    Shell.rest(seconds * 1_000L);
    node.resume();
    tell(node, began, Fault.PAUSE, true, "still for " + seconds + " s");
  }

  /** Stops it again and again until it is caught between two messages of a batch. */
  void freeze(int seconds) throws Exception {
    var node = cluster.any(dice);
    for (int tries = 1; tries <= FREEZES_MAX; tries++) {
      Shell.rest(dice.nextInt(5, 60));
      long began = System.nanoTime();
      node.pause();
      boolean caught = isInABatch();
      if (caught) Shell.rest(seconds * 1_000L);
      node.resume();
      if (caught) {
        tell(node, began, Fault.FREEZE, true, "in the middle of a batch, for %d s, at try %d".formatted(seconds, tries));
        return;
      }
    }
  }

  private boolean isInABatch() throws InterruptedException {
    Shell.rest(320);
    try {
      return cluster.primary().ask(IN_A_BATCH) != null;
    } catch (SQLException away) {
      return false;
    }
  }

  void drain(Node node) throws Exception {
    long began = System.nanoTime();
    node.drain();
    long took = (System.nanoTime() - began) / 1_000_000;
    start(node);
    tell(node, began, Fault.DRAIN, false, "ended after " + took + " ms");
  }

  void rollingRestart() throws Exception {
    for (var node : cluster.nodes()) drain(node);
  }

  /** Starts it, with another clock; without a database it needs several tries, as a supervisor would do. */
  private void start(Node node) throws Exception {
    node.skew(SKEWS.get(dice.nextInt(SKEWS.size())));
    for (int tries = 1; ; tries++) {
      try {
        node.start();
        return;
      } catch (java.util.concurrent.ExecutionException notYet) {
        if (tries >= START_TRIES_MAX) throw notYet;
        node.kill();
        Shell.rest(500);
      }
    }
  }

  private void tell(Node node, long began, Fault kind, boolean hard, String detail) {
    history.add(new Seen.Fault(began, System.nanoTime(), node.number(), kind.name(), hard, detail));
  }
}
