package dev.raincheck.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;

/** One connection's statements, each prepared once. Used by one thread at a time. */
final class Statements implements AutoCloseable {
  /** Far more than the writer has; lists have a shape for each kind of filter. */
  private static final int PREPARED_MAX = 500;

  private final Connection connection;

  /** The least recently used goes first. */
  private final LinkedHashMap<String, PreparedStatement> prepared =
      new LinkedHashMap<>(256, 0.75f, true);

  Statements(Connection connection) {
    this.connection = connection;
  }

  PreparedStatement of(String sql) throws SQLException {
    var known = prepared.get(sql);
    if (known != null) return known;
    if (prepared.size() >= PREPARED_MAX) prepared.pollFirstEntry().getValue().close();
    var statement = connection.prepareStatement(sql);
    prepared.put(sql, statement);
    return statement;
  }

  /** Runs a statement without parameters. */
  void run(String sql) throws SQLException {
    of(sql).executeUpdate();
  }

  /** Runs a script of several statements, unprepared. */
  void script(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  /** The single number that a query without parameters gives, or {@code absent}. */
  long number(String sql, long absent) throws SQLException {
    try (var rows = of(sql).executeQuery()) {
      if (!rows.next()) return absent;
      long value = rows.getLong(1);
      return rows.wasNull() ? absent : value;
    }
  }

  String text(String sql) throws SQLException {
    try (var rows = of(sql).executeQuery()) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "";
    }
  }

  /** After an error: the driver has ended the statement that failed, and does not say so. */
  void forget() throws SQLException {
    for (var statement : prepared.values()) statement.close();
    prepared.clear();
  }

  @Override
  public void close() throws SQLException {
    forget();
    connection.close();
  }
}
