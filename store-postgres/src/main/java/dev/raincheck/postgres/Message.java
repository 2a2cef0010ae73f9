package dev.raincheck.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several statements that leave as one message and cost one round trip. The server runs them one after the
 * other, each with a snapshot of its own; the first error ends all of them.
 */
final class Message {
  /** Takes one row of a statement's result. */
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  private record Part(@Nullable Row rows, List<Object> values) {}

  private final StringBuilder sql = new StringBuilder();
  private final List<Part> parts = new ArrayList<>();

  /** Adds a statement that gives no rows. */
  Message add(String statement, Object... values) {
    return part(statement, null, values);
  }

  /** Adds a query. */
  Message ask(String query, Row rows, Object... values) {
    return part(query, rows, values);
  }

  private Message part(String statement, @Nullable Row rows, Object[] values) {
    if (!sql.isEmpty()) sql.append(";\n");
    sql.append(statement);
    parts.add(new Part(rows, List.of(values)));
    return this;
  }

  boolean isEmpty() {
    return parts.isEmpty();
  }

  /** Sends all, then takes what comes back in order. Gives how many rows each statement changed. */
  int[] send(Statements statements) throws SQLException {
    var statement = statements.of(sql.toString());
    int at = 1;
    for (var part : parts) for (var value : part.values) bind(statement, at++, value);
    int[] counts = new int[parts.size()];
    boolean hasRows = statement.execute();
    for (int i = 0; i < parts.size(); i++) {
      var rows = parts.get(i).rows;
      if (hasRows) {
        try (var result = statement.getResultSet()) {
          while (result.next()) {
            counts[i]++;
            if (rows != null) rows.take(result);
          }
        }
      } else {
        counts[i] = Math.max(0, statement.getUpdateCount());
      }
      hasRows = statement.getMoreResults();
    }
    return counts;
  }

  private static void bind(PreparedStatement statement, int at, Object value) throws SQLException {
    switch (value) {
      case byte[] bytes -> statement.setBytes(at, bytes);
      case byte[][] many -> array(statement, at, "bytea", many);
      case Long[] many -> array(statement, at, "int8", many);
      case Integer[] many -> array(statement, at, "int4", many);
      case Boolean[] many -> array(statement, at, "bool", many);
      case String[] many -> array(statement, at, "text", many);
      case String text -> statement.setString(at, text);
      case Long number -> statement.setLong(at, number);
      case Integer number -> statement.setInt(at, number);
      default -> throw new IllegalArgumentException("no parameter: " + value.getClass());
    }
  }

  private static void array(PreparedStatement statement, int at, String type, Object[] values) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(at, connection.createArrayOf(type, values));
  }
}
