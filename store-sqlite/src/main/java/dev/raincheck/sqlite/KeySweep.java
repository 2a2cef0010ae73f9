package dev.raincheck.sqlite;

import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds keys of idempotency whose time is over by going round and round through their table, a
 * bounded piece at a time. An index on their time would make every submit dearer, and nobody waits
 * for this.
 */
final class KeySweep {
  static final int LOOKED_AT_MAX = 20_000;

  static final String STALE =
      """
      SELECT key, fingerprint, operation, until
      FROM (SELECT * FROM idem WHERE key > ? ORDER BY key LIMIT ?) AS some
      WHERE until <= ? LIMIT ?\
      """;
  static final String LAST = "SELECT key FROM idem WHERE key > ? ORDER BY key LIMIT 1 OFFSET ?";

  private static final byte[] START = new byte[0];

  private byte[] from = START;

  synchronized List<Row.Idem> stale(Statements statements, Instant now, int atMost)
      throws SQLException {
    boolean whole = from.length == 0;
    var found = new ArrayList<Row.Idem>();
    piece(statements, now, atMost, found);
    // At the end of the table it goes on from the start, so that a small table is always seen
    // whole.
    if (!whole && from.length == 0 && found.size() < atMost) piece(statements, now, atMost, found);
    return found;
  }

  private void piece(Statements statements, Instant now, int atMost, List<Row.Idem> found)
      throws SQLException {
    int wanted = atMost - found.size();
    var stale = statements.of(STALE);
    stale.setBytes(1, from);
    stale.setInt(2, LOOKED_AT_MAX);
    stale.setLong(3, now.toEpochMilli());
    stale.setInt(4, wanted);
    int before = found.size();
    try (var rows = stale.executeQuery()) {
      while (rows.next()) {
        var row = IdemTable.read(rows);
        if (found.stream().noneMatch(one -> one.key().equals(row.key()))) found.add(row);
      }
    }
    from =
        found.size() - before == wanted && wanted > 0
            ? PackedKey.of(found.getLast().key())
            : last(statements);
  }

  /** The last key of this piece, or the start if the table has ended. */
  private byte[] last(Statements statements) throws SQLException {
    var last = statements.of(LAST);
    last.setBytes(1, from);
    last.setInt(2, LOOKED_AT_MAX - 1);
    try (var rows = last.executeQuery()) {
      return rows.next() ? rows.getBytes(1) : START;
    }
  }
}
