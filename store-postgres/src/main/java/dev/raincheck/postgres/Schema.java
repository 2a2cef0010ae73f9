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
  static final int VERSION = 2;

  /** Taken by whoever looks at the version, so that of several nodes that start one migrates. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext('raincheck schema'), hashtext(?))";

  private Schema() {}

  /**
   * Brings the database to this program's version: all scripts or none.
   *
   * @throws StoreException if it has a newer one
   */
  static void migrate(Connection connection, String schema) throws SQLException {
    connection.setAutoCommit(false);
    try (var lock = connection.prepareStatement(LOCK);
        var statement = connection.createStatement()) {
      lock.setString(1, schema);
      lock.execute();
      // Not "IF NOT EXISTS": that needs the right to create even where nothing is to be created.
      if (number(statement, "SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'") == 0) {
        statement.execute("CREATE SCHEMA " + schema);
      }
      if (number(statement, "SELECT (to_regclass('" + schema + ".schema_version') IS NOT NULL)::int") == 0) {
        statement.execute("CREATE TABLE schema_version (version integer NOT NULL)");
        statement.execute("INSERT INTO schema_version VALUES (0)");
      }
      int version = number(statement, "SELECT version FROM schema_version");
      if (version > VERSION) {
        throw new StoreException(
            "the database has schema %d, and this program knows %d. Start a newer Raincheck."
                .formatted(version, VERSION));
      }
      for (int next = version + 1; next <= VERSION; next++) statement.execute(read(next));
      if (version < VERSION) statement.execute("UPDATE schema_version SET version = " + VERSION);
      connection.commit();
    }
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
