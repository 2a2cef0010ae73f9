package dev.raincheck.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;

/**
 * A statement over a list of rows. Each crossing into SQLite costs as much as several rows, so a
 * list is cut into powers of two, and each such size is a statement of its own.
 *
 * @param <T> what is bound
 */
final class ManyRows<T> {
  private static final int SIZE_MAX = 64;

  private final Statements statements;
  private final String[] sql = new String[Integer.numberOfTrailingZeros(SIZE_MAX) + 1];
  private final Binding<T> binding;

  /** Binds one row's parameters from {@code at} on, and says where the next row's begin. */
  interface Binding<T> {
    int bind(PreparedStatement statement, int at, T row) throws SQLException;
  }

  /** Takes one row of a query's answer. */
  interface Take {
    void row(ResultSet row) throws SQLException;
  }

  /**
   * @param template with one {@code %s} where the rows go
   * @param row one row's parameters, such as {@code (?, ?)}
   */
  ManyRows(Statements statements, String template, String row, Binding<T> binding) {
    this.statements = statements;
    this.binding = binding;
    for (int i = 0; i < sql.length; i++) {
      var rows = new StringJoiner(",");
      for (int n = 0; n < 1 << i; n++) rows.add(row);
      sql[i] = template.formatted(rows);
    }
  }

  void run(List<T> rows) throws SQLException {
    int from = 0;
    while (from < rows.size()) {
      int power = power(rows.size() - from);
      bound(power, rows, from).executeUpdate();
      from += 1 << power;
    }
  }

  void query(List<T> rows, Take take) throws SQLException {
    int from = 0;
    while (from < rows.size()) {
      int power = power(rows.size() - from);
      try (var result = bound(power, rows, from).executeQuery()) {
        while (result.next()) take.row(result);
      }
      from += 1 << power;
    }
  }

  /** The statement for most rows, for tests of its plan. */
  String most() {
    return sql[sql.length - 1];
  }

  private PreparedStatement bound(int power, List<T> rows, int from) throws SQLException {
    var statement = statements.of(sql[power]);
    int at = 1;
    for (int i = from; i < from + (1 << power); i++) at = binding.bind(statement, at, rows.get(i));
    return statement;
  }

  private int power(int rows) {
    return Math.min(sql.length - 1, 31 - Integer.numberOfLeadingZeros(rows));
  }
}
