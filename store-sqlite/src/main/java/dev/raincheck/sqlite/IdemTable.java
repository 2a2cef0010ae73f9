package dev.raincheck.sqlite;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The writer's statements about keys of idempotency. */
final class IdemTable {
  private static final String FIND =
      "SELECT key, fingerprint, operation, until FROM idem WHERE key IN (%s)";
  private static final String INSERT =
      "INSERT INTO idem (key, fingerprint, operation, until) VALUES %s";
  private static final String REPLACE =
      "REPLACE INTO idem (key, fingerprint, operation, until) VALUES %s";
  private static final String DELETE = "DELETE FROM idem WHERE key IN (%s)";

  private final ManyRows<Key.Idem> find;
  private final ManyRows<Row.Idem> insert;
  private final ManyRows<Row.Idem> replace;
  private final ManyRows<Key.Idem> delete;

  IdemTable(Statements statements) {
    find = new ManyRows<>(statements, FIND, "?", IdemTable::bindKey);
    insert = new ManyRows<>(statements, INSERT, "(?, ?, ?, ?)", IdemTable::bind);
    replace = new ManyRows<>(statements, REPLACE, "(?, ?, ?, ?)", IdemTable::bind);
    delete = new ManyRows<>(statements, DELETE, "?", IdemTable::bindKey);
  }

  List<Row.Idem> find(List<Key.Idem> keys) throws SQLException {
    var found = new ArrayList<Row.Idem>();
    find.query(keys, row -> found.add(read(row)));
    return found;
  }

  void save(List<Row.Idem> fresh, List<Row.Idem> changed) throws SQLException {
    insert.run(fresh);
    replace.run(changed);
  }

  void delete(List<Key.Idem> keys) throws SQLException {
    delete.run(keys);
  }

  static Row.Idem read(ResultSet row) throws SQLException {
    return new Row.Idem(
        PackedKey.idem(row.getBytes(1)),
        row.getBytes(2),
        PackedKey.id(row.getBytes(3)),
        Instant.ofEpochMilli(row.getLong(4)));
  }

  List<String> hot() {
    return List.of(find.most(), insert.most(), delete.most());
  }

  private static int bindKey(PreparedStatement statement, int at, Key.Idem key)
      throws SQLException {
    statement.setBytes(at, PackedKey.of(key));
    return at + 1;
  }

  private static int bind(PreparedStatement statement, int at, Row.Idem row) throws SQLException {
    statement.setBytes(at, PackedKey.of(row.key()));
    statement.setBytes(at + 1, row.fingerprint());
    statement.setBytes(at + 2, PackedKey.of(row.operation()));
    statement.setLong(at + 3, row.until().toEpochMilli());
    return at + 4;
  }
}
