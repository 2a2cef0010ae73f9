package dev.raincheck.chaos;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** When what goes wrong. The same seed chooses the same faults; what they meet is up to the cluster. */
final class Schedule {
  private static final int QUIET_PERCENT = 25;

  private final Cluster cluster;
  private final History history;
  private final SplittableRandom dice;

  Schedule(Cluster cluster, History history, SplittableRandom dice) {
    this.cluster = cluster;
    this.history = history;
    this.dice = dice;
  }

  /** Each kind that a short run has time for, one after the other. */
  void shortOne() throws Exception {
    Shell.rest(2_000);
    strike(Fault.ROLLING_RESTART, 0);
    strike(Fault.KILL, 18); // Longer than a lease.
    strike(Fault.CUT_COMMITS, 4);
    strike(Fault.BACKENDS, 3);
    strike(Fault.CRASH, 7); // Long enough for new work to be refused.
    Shell.rest(2_000);
  }

  /**
   * First what can happen to a node, each alone, so that it can be measured. Then windows, each quiet or with a
   * fault of a node, of the database, or both at a time.
   */
  void longOne(long minutes) throws Exception {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    for (var fault : List.of(Fault.KILL, Fault.FREEZE, Fault.PAUSE)) strike(fault, 20);
    while (System.nanoTime() < until) {
      if (dice.nextInt(100) < QUIET_PERCENT) {
        Shell.rest(dice.nextInt(5_000, 20_000));
        continue;
      }
      int which = dice.nextInt(3);
      if (which == 0) strike(any(Fault.OF_DATABASE), dice.nextInt(1, 9));
      if (which == 1) strike(any(Fault.OF_NODES), dice.nextInt(17, 26));
      if (which == 2) both(any(Fault.OF_NODES), dice.nextInt(17, 26), any(Fault.OF_DATABASE), dice.nextInt(1, 9));
    }
  }

  private void both(Fault ofNode, int seconds, Fault ofDatabase, int ofDatabaseSeconds) throws Exception {
    var failures = new ConcurrentLinkedQueue<Exception>();
    var others = dice.split();
    var other =
        Thread.ofPlatform().start(() -> {
          try {
            Shell.rest(others.nextInt(3_000));
            ofDatabase.strike(cluster, history, others, ofDatabaseSeconds);
          } catch (Exception e) {
            failures.add(e);
          }
        });
    strike(ofNode, seconds);
    other.join();
    if (!failures.isEmpty()) throw failures.remove();
  }

  private Fault any(List<Fault> faults) {
    return faults.get(dice.nextInt(faults.size()));
  }

  private void strike(Fault fault, int seconds) throws Exception {
    fault.strike(cluster, history, dice, seconds);
  }
}
