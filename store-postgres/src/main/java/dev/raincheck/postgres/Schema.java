package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The schema's versions, each a script, applied in order by the first node that starts with them. */
final class Schema {
  static final int VERSION = 3;

  /** Taken by whoever looks at the version, so that of several nodes that start one migrates. */
  private static final String LOCK = "SELECT pg_advisory_lock(hashtext('raincheck schema'), hashtext(?))";

  private static final String UNLOCK = "SELECT pg_advisory_unlock(hashtext('raincheck schema'), hashtext(?))";

  /** Older nodes work on meanwhile: what waits for a lock of theirs has all of them wait behind it. */
  private static final String LOCK_TIMEOUT = "SET lock_timeout = '200ms'";

  private static final String NO_LOCK_TIMEOUT = "SET lock_timeout = 0";
  private static final String REST = "SELECT pg_sleep(0.3)";
  private static final int TRIES_MAX = 200;

  /** The first version in which the log has partitions. */
  private static final int LOG_BY_DAYS = 3;

  private Schema() {}

  /**
   * Brings the database to this program's version: all scripts or none.
   *
   * @throws StoreException if it has a newer one, or others keep its tables locked
   */
  static void migrate(Connection connection, String schema) throws SQLException {
    connection.setAutoCommit(true);
    advisory(LOCK, connection, schema);
    try (var statement = connection.createStatement()) {
      int version = version(statement, schema);
      if (version > VERSION) {
        throw new StoreException(
            "the database has schema %d, and this program knows %d. Start a newer Raincheck."
                .formatted(version, VERSION));
      }
      if (version == VERSION) return;
      if (version > 0 && version < LOG_BY_DAYS) boundLog(statement);
      statement.execute(LOCK_TIMEOUT);
      patiently(statement, () -> apply(connection, statement, schema, version));
      statement.execute(NO_LOCK_TIMEOUT);
    } finally {
      connection.setAutoCommit(true);
      advisory(UNLOCK, connection, schema);
    }
  }

  private static void advisory(String sql, Connection connection, String schema) throws SQLException {
    try (var lock = connection.prepareStatement(sql)) {
      lock.setString(1, schema);
      lock.execute();
    }
  }

  /** 0 if there is nothing yet. */
  private static int version(Statement statement, String schema) throws SQLException {
    boolean exists = number(statement, "SELECT (to_regclass('" + schema + ".schema_version') IS NOT NULL)::int") == 1;
    return exists ? number(statement, "SELECT version FROM schema_version") : 0;
  }

  private interface Step {
    void run() throws SQLException;
  }

  /** Tries again while somebody else's lock is in the way. */
  private static void patiently(Statement statement, Step step) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        step.run();
        return;
      } catch (SQLException e) {
        if (Failures.of(e) != Failures.COLLISION) throw e;
        if (tries == TRIES_MAX) {
          throw new StoreException("its tables are locked by others: look at pg_stat_activity, and start again", e);
        }
        statement.execute(REST);
      }
    }
  }

  private static void apply(Connection connection, Statement statement, String schema, int version)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      if (version == 0) {
        // Not "IF NOT EXISTS": that needs the right to create even where nothing is to be created.
        if (number(statement, "SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'") == 0) {
          statement.execute("CREATE SCHEMA " + schema);
        }
        statement.execute("CREATE TABLE schema_version (version integer NOT NULL)");
        statement.execute("INSERT INTO schema_version VALUES (0)");
      }
      for (int next = version + 1; next <= VERSION; next++) statement.execute(read(next));
      statement.execute("UPDATE schema_version SET version = " + VERSION);
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /**
   * Checks, while others append, that the log has nothing from after tomorrow, so that it becomes a partition in
   * a moment instead of being read under a lock.
   */
  private static void boundLog(Statement statement) throws SQLException {
    statement.execute(LOCK_TIMEOUT);
    long bound = number(statement, "SELECT floor(extract(epoch FROM clock_timestamp()) / 86400)::int + 2") * 86_400_000L;
    patiently(
        statement,
        () -> {
          statement.execute("ALTER TABLE segment DROP CONSTRAINT IF EXISTS segment_before_bound");
          statement.execute(
              "ALTER TABLE segment ADD CONSTRAINT segment_before_bound CHECK (at < " + bound + ") NOT VALID");
        });
    patiently(statement, () -> statement.execute("ALTER TABLE segment VALIDATE CONSTRAINT segment_before_bound"));
  }

  private static int number(Statement statement, String sql) throws SQLException {
    try (var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  private static String read(int version) {
    var name = "schema-%03d.sql".formatted(version);
    try (var in = Schema.class.getResourceAsStream(name)) {
      if (in == null) throw new StoreException("the program lacks its own file " + name);
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
