package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Rows of documents: kind, tenant, id, version, body. */
final class Documents {
  private Documents() {}

  static Row.Doc read(ResultSet row) throws SQLException {
    var key = new Key.Doc(row.getInt(2), row.getString(1), new String(row.getBytes(3), UTF_8));
    return new Row.Doc(key, row.getLong(4), row.getBytes(5));
  }
}
