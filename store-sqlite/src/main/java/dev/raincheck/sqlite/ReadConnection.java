package dev.raincheck.sqlite;

import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.sqlite.ProgressHandler;

/** One connection that only reads, and ends what takes too long. Used by one thread at a time. */
final class ReadConnection implements AutoCloseable {
  /** SQLite asks every so many of its steps whether to go on: a few times a millisecond. */
  private static final int STEPS = 20_000;

  private final Statements statements;
  private final LongSupplier nanos;
  private final KeySweep sweep;
  private volatile long endsAt;

  private ReadConnection(Statements statements, LongSupplier nanos, KeySweep sweep) {
    this.statements = statements;
    this.nanos = nanos;
    this.sweep = sweep;
  }

  static ReadConnection open(SqliteConfig config, LongSupplier nanos, KeySweep sweep)
      throws SQLException {
    Connection connection = Database.reader(config);
    var reader = new ReadConnection(new Statements(connection), nanos, sweep);
    ProgressHandler.setHandler(
        connection,
        STEPS,
        new ProgressHandler() {
          @Override
          protected int progress() {
            return reader.late() ? 1 : 0;
          }
        });
    return reader;
  }

  private boolean late() {
    return nanos.getAsLong() - endsAt > 0;
  }

  /** Runs a query in one snapshot. */
  <T> T read(Function<Snapshot, T> query, long until) {
    endsAt = until;
    if (late()) throw new StoreException("a read waited too long for its turn; try again");
    try {
      statements.run("BEGIN");
      try {
        return query.apply(new Snapshot(statements, sweep));
      } catch (StoreException e) {
        statements.forget();
        throw e;
      } finally {
        endsAt = Long.MAX_VALUE + nanos.getAsLong(); // half a turn away: ending is always allowed
        statements.run("COMMIT");
      }
    } catch (SQLException e) {
      throw Failures.storeException("read", e);
    }
  }

  @Override
  public void close() {
    try {
      statements.close();
    } catch (SQLException e) {
      throw Failures.storeException("close a reader", e);
    }
  }
}
