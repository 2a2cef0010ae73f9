package dev.raincheck.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** The schema's versions, each a script, applied in order. The file says which it has. */
final class Schema {
  static final int VERSION = 2;

  /** "Rain": tells our files from others'. */
  private static final int APPLICATION = 0x5261696E;

  private Schema() {}

  /** Refuses, before anything is changed, a file that is not ours or is newer than this program. */
  static void requireOurs(Statements statements, Path path) throws SQLException {
    long application = statements.number("PRAGMA application_id", 0);
    long tables = statements.number("SELECT count(*) FROM sqlite_schema", 0);
    if (application != APPLICATION && (application != 0 || tables != 0)) {
      throw new StoreException(
          path + " is a database of another program. Give Raincheck its own file.");
    }
    long version = version(statements);
    if (version > VERSION) {
      throw new StoreException(
          path
              + " has schema "
              + version
              + ", and this program knows "
              + VERSION
              + ". Start a newer Raincheck.");
    }
  }

  static boolean isOurs(Statements statements) throws SQLException {
    return statements.number("PRAGMA application_id", 0) == APPLICATION;
  }

  /** Brings the file to this program's version. Inside a transaction: all scripts or none. */
  static void migrate(Statements statements) throws SQLException {
    long version = version(statements);
    if (version == VERSION) return;
    for (long next = version + 1; next <= VERSION; next++) statements.script(read(next));
    statements.script("PRAGMA application_id = " + APPLICATION);
    statements.script("PRAGMA user_version = " + VERSION);
  }

  private static long version(Statements statements) throws SQLException {
    return statements.number("PRAGMA user_version", 0);
  }

  private static String read(long version) {
    var name = "schema-%03d.sql".formatted(version);
    try (var in = Schema.class.getResourceAsStream(name)) {
      if (in == null) throw new StoreException("the program lacks its own file " + name);
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
