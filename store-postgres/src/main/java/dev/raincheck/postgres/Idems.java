package dev.raincheck.postgres;

import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** Rows of keys of idempotency: key, fingerprint, operation, until. */
final class Idems {
  private Idems() {}

  static Row.Idem read(ResultSet row) throws SQLException {
    return new Row.Idem(
        PackedKey.idem(row.getBytes(1)),
        row.getBytes(2),
        PackedKey.id(row.getBytes(3)),
        Instant.ofEpochMilli(row.getLong(4)));
  }
}
