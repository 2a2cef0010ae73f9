package dev.raincheck.chaos;

import java.util.List;
import java.util.random.RandomGenerator;

/** What goes wrong. Each is put right again before its strike returns. */
enum Fault {
  /** SIGKILL, and a new process after a while. */
  KILL,
  /** A process stands still for longer than its lease. */
  PAUSE,
  /** A process stands still in the middle of a batch, holding locks. */
  FREEZE,
  /** SIGTERM, and a new process. */
  DRAIN,
  /** All nodes, one after the other. */
  ROLLING_RESTART,
  /** The server ends sessions, one every 200 ms. */
  BACKENDS,
  /** The server stops at once and comes back. */
  CRASH,
  /** Connections break right after a commit was sent, or right before. */
  CUT_COMMITS,
  /** Transactions that do nothing stay open, here and in another database. */
  OLD_TRANSACTIONS;

  static final List<Fault> OF_NODES = List.of(KILL, PAUSE, FREEZE, DRAIN, ROLLING_RESTART, KILL, PAUSE);
  static final List<Fault> OF_DATABASE = List.of(BACKENDS, CRASH, CUT_COMMITS, CUT_COMMITS, OLD_TRANSACTIONS);

  /**
   * Does it; returns when it has been put right.
   *
   * @param seconds about how long, where that is a choice
   */
  void strike(Cluster cluster, History history, RandomGenerator dice, int seconds) throws Exception {
    var nodes = new NodeFaults(cluster, history, dice);
    var database = new DatabaseFaults(cluster, history, dice);
    switch (this) {
      case KILL -> nodes.kill(seconds);
      case PAUSE -> nodes.pause(seconds);
      case FREEZE -> nodes.freeze(seconds);
      case DRAIN -> nodes.drain(cluster.any(dice));
      case ROLLING_RESTART -> nodes.rollingRestart();
      case BACKENDS -> database.endBackends(seconds);
      case CRASH -> database.crash(seconds);
      case CUT_COMMITS -> database.cutCommits(seconds);
      case OLD_TRANSACTIONS -> database.oldTransactions(seconds);
    }
  }
}
