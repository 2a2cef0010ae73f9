package dev.raincheck.sqlite;

import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded store: one file, of which this process is the only user. One connection writes, used
 * by the ledger's thread alone; a few others read.
 */
public final class SqliteStore implements Store {
  private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

  /** A file is checked after a crash only while that takes less than a blink. */
  private static final long CHECKED_BYTES_MAX = 64 << 20;

  private final SqliteConfig config;
  private final SoleProcess sole;
  final Tables tables;
  private final Writer writer;
  private final Readers readers;
  private final Checkpoints checkpoints;
  private final String version;
  private boolean closed;

  private SqliteStore(
      SqliteConfig config,
      SoleProcess sole,
      Statements statements,
      InstantSource wall,
      LongSupplier nanos)
      throws SQLException {
    this.config = config;
    this.sole = sole;
    version = statements.text("SELECT sqlite_version()");
    tables = start(statements, config);
    checkpoints = new Checkpoints(statements, config);
    var clock = new StoreClock(wall, nanos, BatchTable.highWater(statements));
    writer = new Writer(tables, clock, checkpoints, Reserve.at(config));
    readers = Readers.open(config, nanos);
  }

  /**
   * Opens the file, or makes it. Old sessions are forgotten: their process is gone.
   *
   * @param wall the wall clock, looked at once
   * @param nanos a monotonic clock, such as {@code System::nanoTime}; moves the store's time from
   *     there on
   * @throws StoreException if another process uses the file, if it is another program's or a newer
   *     version's, if it is damaged, or if it lies where SQLite is not safe; the message says what
   *     to do
   */
  public static SqliteStore open(SqliteConfig config, InstantSource wall, LongSupplier nanos) {
    var sole = SoleProcess.at(config);
    Statements statements = null;
    try {
      statements = Database.writer(config);
      return new SqliteStore(config, sole, statements, wall, nanos);
    } catch (SQLException | RuntimeException e) {
      try (sole) {
        if (statements != null) statements.close();
      } catch (SQLException closing) {
        e.addSuppressed(closing);
      }
      throw e instanceof RuntimeException known
          ? known
          : new StoreException("cannot open " + config.path() + ": " + e.getMessage(), e);
    }
  }

  /** Everything that a start changes, in one commit. */
  private static Tables start(Statements statements, SqliteConfig config) throws SQLException {
    statements.run("BEGIN IMMEDIATE");
    Schema.migrate(statements);
    if (statements.number("SELECT clean FROM process", 1) == 0) checkAfterCrash(statements, config);
    statements.run("UPDATE process SET clean = 0");
    var tables = new Tables(statements, config.liveMax());
    tables.owners.deleteAll();
    tables.aside.tryAgain();
    tables.depths.save();
    tables.commit();
    return tables;
  }

  private static void checkAfterCrash(Statements statements, SqliteConfig config)
      throws SQLException {
    long bytes =
        statements.number("PRAGMA page_count", 0) * statements.number("PRAGMA page_size", 0);
    if (bytes > CHECKED_BYTES_MAX) return;
    var verdict = statements.text("PRAGMA quick_check(1)");
    if (!verdict.equals("ok")) {
      throw new StoreException(
          config.path() + " is damaged: " + verdict + ". Restore it from a backup.");
    }
  }

  @Override
  public Tx begin() {
    return writer.begin();
  }

  @Override
  public <T> T read(Function<Reader, T> query) {
    return readers.read(query);
  }

  @Override
  public boolean committed(long node, long batch) {
    if (!writer.whole()) {
      throw new StoreException(
          "only the next start can tell whether the last batch stands; end this process");
    }
    return readers.stood(node, batch);
  }

  @Override
  public InstantSource clock() {
    return writer.clock();
  }

  @Override
  public Description describe() {
    return new Description("SQLite " + version, config.path().toString(), config.strict());
  }

  /** How long the write-ahead log is; a reader that does not end makes it grow. */
  public long walBytes() {
    return checkpoints.walBytes();
  }

  /** How many operations this version cannot read. They wait for one that can, and stop nobody. */
  public long setAside() {
    return readers.setAside();
  }

  /** Ends what reads, moves the log into the file and says that this was a clean end. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    try (sole) {
      readers.close();
      if (writer.whole()) {
        tables.begin();
        tables.statements.run("UPDATE process SET clean = 1");
        tables.commit();
        checkpoints.last();
      }
      tables.statements.close();
    } catch (SQLException e) {
      log.error("{} was not closed cleanly; the next start will recover it", config.path(), e);
    }
  }
}
