package dev.raincheck.sqlite;

import dev.raincheck.ledger.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** Opens connections to the file: one that writes, and some that can only read. */
final class Database {
  /** Before it, a checkpoint beside a writer could corrupt the file (the WAL-reset race). */
  static final String VERSION_MIN = "3.51.3";

  private static final int BUSY_MILLIS = 5_000;
  private static final int READER_CACHE_SHARE = 8;

  private Database() {}

  static Statements writer(SqliteConfig config) throws SQLException {
    var open = new SQLiteConfig();
    open.setBusyTimeout(BUSY_MILLIS);
    var statements = new Statements(connect(config.path(), open));
    try {
      requireVersion(statements.text("SELECT sqlite_version()"));
      Schema.requireOurs(statements, config.path());
      statements.script("PRAGMA journal_size_limit = " + 2 * config.checkpointBytes());
      if (!statements.text("PRAGMA journal_mode = WAL").equals("wal")) {
        throw new StoreException(
            config.path() + " cannot have a write-ahead log there. Use a local disk.");
      }
      // FULL: each commit waits for the disk. NORMAL may lose the last commits in a power cut.
      statements.script("PRAGMA synchronous = " + (config.strict() ? "FULL" : "NORMAL"));
      statements.script("PRAGMA wal_autocheckpoint = 0"); // the writer does it between batches
      statements.script(
          "PRAGMA cache_spill = OFF"); // a batch is small, and reaches the disk in COMMIT alone
      statements.script("PRAGMA cache_size = -" + config.cacheBytes() / 1024);
      statements.script("PRAGMA temp_store = MEMORY");
      statements.script("PRAGMA trusted_schema = OFF");
      return statements;
    } catch (SQLException | RuntimeException e) {
      statements.close();
      throw e;
    }
  }

  static Connection reader(SqliteConfig config) throws SQLException {
    var open = new SQLiteConfig();
    open.setReadOnly(true);
    open.setBusyTimeout(BUSY_MILLIS);
    var connection = connect(config.path(), open);
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA query_only = ON");
      statement.executeUpdate(
          "PRAGMA cache_size = -" + config.cacheBytes() / 1024 / READER_CACHE_SHARE);
      statement.executeUpdate("PRAGMA temp_store = MEMORY");
      statement.executeUpdate("PRAGMA trusted_schema = OFF");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** Each connection is used by one thread at a time, so SQLite need not lock it at every call. */
  private static Connection connect(Path path, SQLiteConfig open) throws SQLException {
    open.setOpenMode(SQLiteOpenMode.NOMUTEX);
    open.setGetGeneratedKeys(false); // else each insert asks for its row's number
    Properties properties = open.toProperties();
    return DriverManager.getConnection("jdbc:sqlite:" + path, properties);
  }

  static void requireVersion(String version) {
    if (Arrays.compare(numbers(version), numbers(VERSION_MIN)) < 0) {
      throw new StoreException(
          "SQLite "
              + version
              + " can corrupt its file. Raincheck needs "
              + VERSION_MIN
              + " or newer.");
    }
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
