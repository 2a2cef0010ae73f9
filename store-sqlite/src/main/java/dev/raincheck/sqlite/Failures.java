package dev.raincheck.sqlite;

import dev.raincheck.ledger.StoreException;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What an error of SQLite means for us. */
enum Failures {
  /** Somebody else holds the file: nothing happened. */
  BUSY,
  /** The disk, or the file's own limit, is full. */
  FULL,
  /** A statement or a value was refused: nothing happened, and it will be refused again. */
  VALUE,
  /** A read ran out of time. */
  INTERRUPTED,
  /** The file, the disk or the memory is not to be trusted any more. */
  BROKEN;

  private static final int PRIMARY = 0xFF;

  static Failures of(SQLException e) {
    if (!(e instanceof SQLiteException sqlite)) return BROKEN;
    return switch (primary(sqlite.getResultCode())) {
      case SQLITE_BUSY, SQLITE_LOCKED -> BUSY;
      case SQLITE_FULL -> FULL;
      case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_ERROR -> VALUE;
      case SQLITE_INTERRUPT -> INTERRUPTED;
      default -> BROKEN;
    };
  }

  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return code.code < 0 ? code : SQLiteErrorCode.getErrorCode(code.code & PRIMARY);
  }

  /** The error's name, which holds no data. */
  static String name(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqlite.getResultCode().name()
        : e.getClass().getSimpleName();
  }

  static StoreException storeException(String what, SQLException e) {
    return new StoreException("the SQLite store cannot " + what + ": " + name(e), e);
  }
}
