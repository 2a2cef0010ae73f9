package dev.raincheck.sqlite;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The writer's statements about lanes. */
final class LaneTable {
  private static final String FIND =
      "SELECT key, width, admitted, tail FROM lane WHERE key IN (%s)";
  private static final String SAVE =
      """
      INSERT INTO lane (key, width, admitted, tail) VALUES %s
      ON CONFLICT (key) DO UPDATE
      SET width = excluded.width, admitted = excluded.admitted, tail = excluded.tail\
      """;
  private static final String DELETE = "DELETE FROM lane WHERE key IN (%s)";

  private final ManyRows<Key.Lane> find;
  private final ManyRows<Row.Lane> save;
  private final ManyRows<Key.Lane> delete;

  LaneTable(Statements statements) {
    find = new ManyRows<>(statements, FIND, "?", LaneTable::bindKey);
    save = new ManyRows<>(statements, SAVE, "(?, ?, ?, ?)", LaneTable::bind);
    delete = new ManyRows<>(statements, DELETE, "?", LaneTable::bindKey);
  }

  List<Row.Lane> find(List<Key.Lane> keys) throws SQLException {
    var found = new ArrayList<Row.Lane>();
    find.query(
        keys,
        row ->
            found.add(
                new Row.Lane(
                    PackedKey.lane(row.getBytes(1)),
                    row.getInt(2),
                    row.getInt(3),
                    row.getLong(4))));
    return found;
  }

  void save(List<Row.Lane> lanes) throws SQLException {
    save.run(lanes);
  }

  void delete(List<Key.Lane> keys) throws SQLException {
    delete.run(keys);
  }

  List<String> hot() {
    return List.of(find.most(), save.most(), delete.most());
  }

  private static int bindKey(PreparedStatement statement, int at, Key.Lane key)
      throws SQLException {
    statement.setBytes(at, PackedKey.of(key));
    return at + 1;
  }

  private static int bind(PreparedStatement statement, int at, Row.Lane lane) throws SQLException {
    statement.setBytes(at, PackedKey.of(lane.key()));
    statement.setInt(at + 1, lane.limit());
    statement.setInt(at + 2, lane.admitted());
    statement.setLong(at + 3, lane.tail());
    return at + 4;
  }
}
