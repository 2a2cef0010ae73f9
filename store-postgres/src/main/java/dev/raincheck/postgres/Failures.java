package dev.raincheck.postgres;

import dev.raincheck.ledger.StoreException;
import java.sql.SQLException;
import java.util.Set;

/** What an error of PostgreSQL means for us. */
enum Failures {
  /** Somebody else was in the way, and the server undid the transaction: once more. */
  COLLISION,
  /** There is no room for more. */
  FULL,
  /** A value was refused, and would be again. */
  VALUE,
  /** A read ran out of time. */
  TIME,
  /** The connection is gone, or about to be. */
  CONNECTION,
  /** Something that no batch should meet: a missing table, a missing right, a bug. */
  OTHER;

  private static final Set<String> COLLISIONS =
      Set.of("40001", "40P01", "55P03");

  /** The server ended the session: one that stood still in a transaction, one whose outcome is unknown. */
  private static final Set<String> ENDED = Set.of("25P03", "25P04", "40003");

  /** Out of disk, memory or connections; {@code 54000} and its kin are a value's fault. */
  private static final String RESOURCES = "53";

  static Failures of(SQLException e) {
    var state = state(e);
    if (state.equals("57014")) return TIME;
    if (COLLISIONS.contains(state)) return COLLISION;
    if (ENDED.contains(state)) return CONNECTION;
    if (state.startsWith("08") || state.startsWith("57P") || state.isEmpty()) return CONNECTION;
    if (state.equals("25006")) return CONNECTION; // read-only: this is no primary any more
    if (state.startsWith(RESOURCES)) return state.equals("53300") ? CONNECTION : FULL;
    if (state.startsWith("22") || state.startsWith("23") || state.startsWith("54")) return VALUE;
    return OTHER;
  }

  private static String state(SQLException e) {
    var state = e.getSQLState();
    return state == null ? "" : state;
  }

  /** The error without the values that its message may quote. */
  static String name(SQLException e) {
    return "SQLSTATE " + (state(e).isEmpty() ? "unknown" : state(e));
  }

  static StoreException storeException(String what, SQLException e) {
    return new StoreException("PostgreSQL cannot " + what + ": " + name(e), e);
  }
}
