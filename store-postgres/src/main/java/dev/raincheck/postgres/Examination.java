package dev.raincheck.postgres;

import dev.raincheck.doctor.Finding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One read-only look at a database: a connection, and what was found so far. Each check stands alone: one that
 * fails, or runs out of its time, is told as not looked at.
 */
final class Examination {
  /** One thing to look at. */
  interface Check {
    void look(Examination examination) throws SQLException;
  }

  /** What one row says. */
  interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final PostgresConfig config;
  private final LongSupplier nanos;
  private final long endsAt;
  private final List<Finding> findings = new ArrayList<>();
  private boolean away;

  Examination(Connection connection, PostgresConfig config, LongSupplier nanos, long endsAt) {
    this.connection = connection;
    this.config = config;
    this.nanos = nanos;
    this.endsAt = endsAt;
  }

  /** Looks, unless the server went away or the time is over. */
  void look(String name, Check check) {
    if (away) return;
    if (nanos.getAsLong() - endsAt > 0) {
      add(unseen(name, "the time for looking was over"));
      return;
    }
    try {
      check.look(this);
    } catch (SQLException e) {
      var why = Failures.of(e);
      add(unseen(name, why == Failures.TIME ? "the server took too long" : "the server said " + Failures.name(e)));
      away = why == Failures.CONNECTION;
    }
  }

  private static Finding unseen(String name, String why) {
    return Finding.warning(
        name, "", "This was not looked at: %s.".formatted(why), "Try again; if it stays so, ask with the owner's login.");
  }

  PostgresConfig config() {
    return config;
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  void ok(String check, String figure, String text) {
    add(Finding.ok(check, figure, text));
  }

  void warn(String check, String figure, String text, String advice) {
    add(Finding.warning(check, figure, text, advice));
  }

  void problem(String check, String figure, String text, String advice) {
    add(Finding.problem(check, figure, text, advice));
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  <T> List<T> list(String sql, Reading<T> reading, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) statement.setObject(i + 1, parameters[i]);
      var found = new ArrayList<T>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) found.add(reading.of(rows));
      }
      return found;
    }
  }

  /** The first row, or null. */
  <T> @Nullable T one(String sql, Reading<T> reading, Object... parameters) throws SQLException {
    var found = list(sql, reading, parameters);
    return found.isEmpty() ? null : found.getFirst();
  }

  long number(String sql, Object... parameters) throws SQLException {
    var found = one(sql, row -> row.getLong(1), parameters);
    return found == null ? 0 : found;
  }

  String setting(String name) throws SQLException {
    var found = one("SELECT coalesce(current_setting(?, true), '')", row -> row.getString(1), name);
    return found == null ? "" : found;
  }
}
