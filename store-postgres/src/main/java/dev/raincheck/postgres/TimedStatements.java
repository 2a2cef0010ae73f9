package dev.raincheck.postgres;

import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The statements of one read, which ends in time however many it has. */
final class TimedStatements {
  private final Connection connection;
  private final LongSupplier nanos;
  private final long endsAt;
  private int begun;

  TimedStatements(Connection connection, LongSupplier nanos, long endsAt) {
    this.connection = connection;
    this.nanos = nanos;
    this.endsAt = endsAt;
  }

  /** The driver keeps it prepared; it is closed with the read. */
  PreparedStatement of(String sql) throws SQLException {
    long left = TimeUnit.NANOSECONDS.toMillis(endsAt - nanos.getAsLong());
    if (left <= 0) throw new SQLException("a read's time is over", "57014");
    if (left < Readers.STATEMENT_MILLIS) {
      try (var limit = connection.createStatement()) {
        limit.execute("SET LOCAL statement_timeout = " + left);
      }
    }
    begun++;
    return connection.prepareStatement(sql);
  }

  /** Whether the connection was gone before the read was told anything. */
  boolean diedAtFirst(StoreException e) {
    return begun <= 1 && e.getCause() instanceof SQLException cause && Failures.of(cause) == Failures.CONNECTION;
  }

  /** The single number that a query without parameters gives, or {@code absent}. */
  long number(String sql, long absent) throws SQLException {
    try (var rows = of(sql).executeQuery()) {
      if (!rows.next()) return absent;
      long value = rows.getLong(1);
      return rows.wasNull() ? absent : value;
    }
  }
}
