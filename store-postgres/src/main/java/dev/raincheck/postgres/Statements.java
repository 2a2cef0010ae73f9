package dev.raincheck.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;

/** One connection's statements, each prepared once. Used by one thread at a time. */
final class Statements implements AutoCloseable {
  /** Messages have a shape for each combination of what a batch brings: some dozens in practice. */
  private static final int PREPARED_MAX = 200;

  private final Connection connection;

  /** The least recently used goes first. */
  private final LinkedHashMap<String, PreparedStatement> prepared = new LinkedHashMap<>(64, 0.75f, true);

  Statements(Connection connection) {
    this.connection = connection;
  }

  Connection connection() {
    return connection;
  }

  PreparedStatement of(String sql) throws SQLException {
    var known = prepared.get(sql);
    if (known != null) return known;
    if (prepared.size() >= PREPARED_MAX) prepared.pollFirstEntry().getValue().close();
    var statement = connection.prepareStatement(sql);
    prepared.put(sql, statement);
    return statement;
  }

  /** The single number that a query without parameters gives, or {@code absent}. */
  long number(String sql, long absent) throws SQLException {
    try (var rows = of(sql).executeQuery()) {
      if (!rows.next()) return absent;
      long value = rows.getLong(1);
      return rows.wasNull() ? absent : value;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
