package dev.raincheck.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A few connections that only read. A read runs on its caller's thread, which may be a virtual one. */
final class Readers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Readers.class);

  /** One statement's time, less than a whole read's. */
  static final long STATEMENT_MILLIS = TimeUnit.SECONDS.toMillis(Store.READ_SECONDS_MAX - 1);

  private static final long READ_NANOS_MAX = TimeUnit.SECONDS.toNanos(Store.READ_SECONDS_MAX);

  private final HikariDataSource pool;
  private final Unreadable unreadable;
  private final DueMark due;
  private final KeySweep sweep = new KeySweep();
  private final LongSupplier nanos;

  Readers(Connections connections, Unreadable unreadable, DueMark due, LongSupplier nanos) {
    this.unreadable = unreadable;
    this.due = due;
    this.nanos = nanos;
    pool = connections.readers();
  }

  <T> T read(Function<Reader, T> query) {
    long endsAt = nanos.getAsLong() + READ_NANOS_MAX;
    for (int tries = 1; ; tries++) {
      try (var connection = pool.getConnection()) {
        var statements = new TimedStatements(connection, nanos, endsAt);
        try {
          return query.apply(new Snapshot(statements, sweep, unreadable, due));
        } catch (StoreException e) {
          // A pool may hold as many dead connections as it has. Nothing was told yet, so nothing is told twice.
          if (tries > pool.getMaximumPoolSize() || !statements.diedAtFirst(e)) throw e;
        } finally {
          end(connection);
        }
      } catch (SQLTransientConnectionException e) {
        throw new StoreException(
            pool.isClosed() ? "the store is closed" : "PostgreSQL is away, or too many reads wait; try again", e);
      } catch (SQLException e) {
        if (pool.isClosed()) throw new StoreException("the store is closed", e);
        throw Failures.storeException("read", e);
      }
    }
  }

  private static void end(Connection connection) throws SQLException {
    if (connection.isClosed()) return;
    try {
      connection.rollback();
    } catch (SQLException e) {
      log.debug("a connection died at the end of a read", e); // The pool gives it up.
    }
  }

  static StoreException tooLong(Exception e) {
    return new StoreException(
        "a read took longer than " + Store.READ_SECONDS_MAX + " s and was ended; ask for less, or try again", e);
  }

  @Override
  public void close() {
    pool.close();
  }
}
