package dev.raincheck.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the write-ahead log into the file, between batches and by the writer alone. Each page is
 * moved once however often it was written, so a longer log is less work, but a longer pause.
 */
final class Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

  /** How many batches go by before the log's length is asked for. */
  private static final int EVERY = 8;

  /** A log that a reader has kept from being restarted for this many times its limit is cut. */
  private static final int CUT_AT = 4;

  private static final int CUT_WAIT_MILLIS = 200;

  private final Statements statements;
  private final SqliteConfig config;
  private final long pageBytes;
  private int batches;

  Checkpoints(Statements statements, SqliteConfig config) throws SQLException {
    this.statements = statements;
    this.config = config;
    this.pageBytes = statements.number("PRAGMA page_size", 4096);
  }

  void betweenBatches() throws SQLException {
    if (++batches % EVERY != 0) return;
    long bytes = pages("PRAGMA wal_checkpoint(NOOP)") * pageBytes;
    if (bytes < config.checkpointBytes()) return;
    now();
    if (bytes >= CUT_AT * config.checkpointBytes()) cut();
  }

  /** Moves what there is, so that the log begins again instead of growing. */
  void now() throws SQLException {
    pages("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /**
   * The same, if there is room for all of it: moving a part would take the room that is left and
   * give none back.
   */
  void ifItFits() throws SQLException {
    if (pages("PRAGMA wal_checkpoint(NOOP)") * pageBytes < roomBytes()) now();
  }

  private long roomBytes() {
    try {
      return Files.getFileStore(config.path().toAbsolutePath().getParent()).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Empties the log, when all readers have ended. */
  void last() throws SQLException {
    pages("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  /** Waits a little for readers to end, so that the log can start again from its beginning. */
  private void cut() throws SQLException {
    statements.script("PRAGMA busy_timeout = " + CUT_WAIT_MILLIS);
    long left = pages("PRAGMA wal_checkpoint(TRUNCATE)");
    statements.script("PRAGMA busy_timeout = 5000");
    if (left > 0) log.warn("a reader keeps the write-ahead log at {} pages", left);
  }

  /** How long the log file is. */
  long walBytes() {
    try {
      var wal = config.beside("-wal");
      return Files.exists(wal) ? Files.size(wal) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private long pages(String checkpoint) throws SQLException {
    try (var rows = statements.of(checkpoint).executeQuery()) {
      return rows.next() ? rows.getLong(2) : 0;
    }
  }
}
