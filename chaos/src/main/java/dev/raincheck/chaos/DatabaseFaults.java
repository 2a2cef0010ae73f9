package dev.raincheck.chaos;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What can happen to the database, and on the way to it. */
final class DatabaseFaults {
  private static final String END_ONE =
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'raincheck%' ORDER BY random() LIMIT 1\
      """;

  private static final String OURS = "postgres";

  private final Cluster cluster;
  private final History history;
  private final RandomGenerator dice;

  DatabaseFaults(Cluster cluster, History history, RandomGenerator dice) {
    this.cluster = cluster;
    this.history = history;
    this.dice = dice;
  }

  void endBackends(int seconds) throws Exception {
    long began = System.nanoTime();
    int ended = 0;
    while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds)) {
      try {
        if ("t".equals(cluster.primary().ask(END_ONE))) ended++;
      } catch (SQLException away) {
        // Another fault is at it.
      }
      Shell.rest(200);
    }
    tell(began, Fault.BACKENDS, ended + " sessions");
  }

  void crash(int seconds) throws Exception {
    long began = System.nanoTime();
    cluster.primary().stopAtOnce();
    Shell.rest(seconds * 1_000L);
    cluster.primary().start();
    tell(began, Fault.CRASH, "back after " + (System.nanoTime() - began) / 1_000_000 + " ms");
  }

  void cutCommits(int seconds) throws Exception {
    long began = System.nanoTime();
    int before = cuts();
    while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(seconds)) {
      var wire = cluster.wires().get(dice.nextInt(cluster.wires().size()));
      wire.next(dice.nextInt(3) == 0 ? Wire.Fate.LOST : Wire.Fate.UNANSWERED);
      Shell.rest(dice.nextInt(100, 400));
    }
    for (var wire : cluster.wires()) wire.next(Wire.Fate.PASSES);
    tell(began, Fault.CUT_COMMITS, cuts() - before + " commits");
  }

  private int cuts() {
    return cluster.wires().stream().mapToInt(Wire::cuts).sum();
  }

  void oldTransactions(int seconds) throws Exception {
    long began = System.nanoTime();
    beginOldTransactions(seconds);
    Shell.rest(seconds * 1_000L);
    tell(began, Fault.OLD_TRANSACTIONS, "open for " + seconds + " s");
  }

  /** Returns at once. */
  void beginOldTransactions(int seconds) {
    for (var database : List.of(OURS, "template1")) Thread.ofVirtual().start(() -> stayOpen(database, seconds));
  }

  /** With a number of its own, a snapshot that keeps dead rows, and a lock that changes of a table wait for. */
  private void stayOpen(String database, int seconds) {
    var url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(cluster.primary().port(), database);
    try (var connection = DriverManager.getConnection(url, "postgres", "")) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("SELECT pg_current_xact_id()");
        if (database.equals(OURS)) statement.execute("SELECT count(*) FROM raincheck.life");
      }
      Shell.rest(seconds * 1_000L);
    } catch (SQLException crashed) {
      // So nothing is open any more.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell(long began, Fault kind, String detail) {
    history.add(new Seen.Fault(began, System.nanoTime(), -1, kind.name(), false, detail));
  }
}
