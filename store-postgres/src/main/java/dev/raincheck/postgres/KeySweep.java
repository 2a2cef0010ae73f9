package dev.raincheck.postgres;

import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds keys of idempotency whose time is over by going round and round through their table, a bounded
 * piece at a time. An index on their time would make every submit dearer, and nobody waits for this.
 */
final class KeySweep {
  static final int LOOKED_AT_MAX = 20_000;

  static final String STALE =
      """
      SELECT key, fingerprint, operation, until
      FROM (SELECT * FROM idem WHERE key > ? ORDER BY key LIMIT ?) AS piece
      WHERE until <= ? ORDER BY key LIMIT ?\
      """;
  static final String LAST = "SELECT key FROM idem WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?";

  private static final byte[] START = new byte[0];

  private byte[] from = START;

  List<Row.Idem> stale(TimedStatements statements, Instant now, int atMost) throws SQLException {
    byte[] start = from();
    var found = new ArrayList<Row.Idem>();
    byte[] next = piece(statements, start, now, atMost, found);
    // At the end of the table it goes on from the start, so that a small table is always seen whole.
    if (start.length > 0 && next.length == 0 && found.size() < atMost) {
      next = piece(statements, START, now, atMost, found);
    }
    goOn(next);
    return found;
  }

  private synchronized byte[] from() {
    return from;
  }

  private synchronized void goOn(byte[] next) {
    from = next;
  }

  /** Adds what it finds, and gives where the next piece begins. */
  private static byte[] piece(
      TimedStatements statements, byte[] start, Instant now, int atMost, List<Row.Idem> found) throws SQLException {
    int wanted = atMost - found.size();
    int before = found.size();
    try (var stale = statements.of(STALE)) {
      stale.setBytes(1, start);
      stale.setInt(2, LOOKED_AT_MAX);
      stale.setLong(3, now.toEpochMilli());
      stale.setInt(4, wanted);
      try (var rows = stale.executeQuery()) {
        while (rows.next()) {
          var row = Idems.read(rows);
          if (found.stream().noneMatch(one -> one.key().equals(row.key()))) found.add(row);
        }
      }
    }
    if (wanted > 0 && found.size() - before == wanted) return PackedKey.of(found.getLast().key());
    try (var last = statements.of(LAST)) {
      last.setBytes(1, start);
      last.setInt(2, LOOKED_AT_MAX - 1);
      try (var rows = last.executeQuery()) {
        return rows.next() ? rows.getBytes(1) : START;
      }
    }
  }
}
