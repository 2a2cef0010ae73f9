package dev.raincheck.postgres;

import dev.raincheck.ledger.AwayException;
import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that writes. When it breaks, what it had begun is over before another one takes its place:
 * its server process is ended first. Used by the ledger's thread alone.
 */
final class LedgerConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerConnection.class);

  private static final String SELF =
      """
      SELECT pg_backend_pid(), backend_start, pg_is_in_recovery()
      FROM pg_stat_activity WHERE pid = pg_backend_pid()\
      """;

  /** Ends a server process and waits until it is gone; no row when it is. */
  private static final String END =
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = ? AND backend_start = ?";

  private static final String HIGH_WATER = "SELECT coalesce(max(at), 0) FROM batch";

  private static final long PAUSE_MILLIS = 100;

  /** The server's process behind a connection; the start tells it from a later one of the same number. */
  private record Backend(int pid, Timestamp start) {}

  private final Connections connections;
  private final LongSupplier nanos;

  /** Ends each pause between two tries to connect at once when the store is closed. */
  private final CountDownLatch closing = new CountDownLatch(1);

  private @Nullable Statements statements;
  private @Nullable Backend backend;
  private @Nullable Backend lost;
  private long highWater;

  LedgerConnection(Connections connections, LongSupplier nanos) {
    this.connections = connections;
    this.nanos = nanos;
  }

  /** The latest time that was committed when this connection was opened, in milliseconds. */
  long highWater() {
    return highWater;
  }

  /**
   * The connection, opened if need be.
   *
   * @throws AwayException if no server could be reached within the time
   */
  Statements within(long nanosMax) {
    var open = statements;
    if (open != null) return open;
    long endsAt = nanos.getAsLong() + nanosMax;
    for (; ; ) {
      try {
        return open();
      } catch (SQLException e) {
        if (Failures.of(e) != Failures.CONNECTION) throw Failures.storeException("be used", e);
        if (nanos.getAsLong() - endsAt >= 0 || pause()) {
          throw new AwayException("PostgreSQL cannot be reached: " + Failures.name(e), e);
        }
      }
    }
  }

  /** Waits a little; true if the store is closing. */
  private boolean pause() {
    try {
      return closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private Statements open() throws SQLException {
    var fresh = new Statements(connections.ledger());
    try {
      var connection = fresh.connection();
      endLost(connection);
      backend = self(connection);
      highWater = fresh.number(HIGH_WATER, 0);
      connection.setAutoCommit(false);
      statements = fresh;
      return fresh;
    } catch (SQLException | RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private void endLost(Connection connection) throws SQLException {
    var before = lost;
    if (before == null) return;
    try (var end = connection.prepareStatement(END)) {
      end.setInt(1, before.pid);
      end.setTimestamp(2, before.start);
      for (int tries = 0; ; tries++) {
        try (var row = end.executeQuery()) {
          if (!row.next()) break;
        }
        if (tries > 10) throw new StoreException("the server process " + before.pid + " of this node does not end");
      }
    }
    lost = null;
  }

  private static Backend self(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(SELF)) {
      if (!row.next()) throw new SQLException("this connection is not listed", "08006");
      if (row.getBoolean(3)) throw new SQLException("the server is a standby", "08006");
      return new Backend(row.getInt(1), row.getTimestamp(2));
    }
  }

  /** Gives up a connection that has failed. What it had begun is ended before the next one is used. */
  void abandon() {
    var broken = statements;
    if (broken == null) return;
    statements = null;
    lost = backend;
    try {
      broken.connection().abort(Runnable::run);
    } catch (SQLException e) {
      log.debug("a broken connection could not be closed", e);
    }
  }

  /** Rolls back what is open, or gives the connection up. */
  void rollBack() {
    var open = statements;
    if (open == null) return;
    try {
      open.connection().rollback();
    } catch (SQLException e) {
      abandon();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    var open = statements;
    statements = null;
    if (open == null) return;
    try {
      open.close();
    } catch (SQLException e) {
      log.debug("a connection could not be closed", e);
    }
  }
}
