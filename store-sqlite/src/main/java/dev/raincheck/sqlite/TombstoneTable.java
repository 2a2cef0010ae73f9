package dev.raincheck.sqlite;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writer's statements about what is left of removed operations. */
final class TombstoneTable {
  private static final String FIND = "SELECT id, tenant, until FROM tombstone WHERE id IN (%s)";
  private static final String SAVE = "REPLACE INTO tombstone (id, tenant, until) VALUES %s";
  private static final String DELETE = "DELETE FROM tombstone WHERE id IN (%s)";
  private static final String LAST = "SELECT id FROM tombstone ORDER BY id DESC LIMIT 1";

  private final ManyRows<OperationId> find;
  private final ManyRows<Row.Tombstone> save;
  private final ManyRows<OperationId> delete;

  /** No tombstone has a higher id; new ids are mostly higher, and need not be looked for. */
  private @Nullable OperationId highest;

  TombstoneTable(Statements statements) throws SQLException {
    find = new ManyRows<>(statements, FIND, "?", TombstoneTable::bindId);
    save = new ManyRows<>(statements, SAVE, "(?, ?, ?)", TombstoneTable::bind);
    delete = new ManyRows<>(statements, DELETE, "?", TombstoneTable::bindId);
    try (var rows = statements.of(LAST).executeQuery()) {
      highest = rows.next() ? PackedKey.id(rows.getBytes(1)) : null;
    }
  }

  boolean mayHold(OperationId id) {
    return highest != null && id.compareTo(highest) <= 0;
  }

  List<Row.Tombstone> find(List<OperationId> ids) throws SQLException {
    var found = new ArrayList<Row.Tombstone>();
    find.query(
        ids,
        row ->
            found.add(
                new Row.Tombstone(
                    PackedKey.id(row.getBytes(1)),
                    row.getInt(2),
                    Instant.ofEpochMilli(row.getLong(3)))));
    return found;
  }

  void save(List<Row.Tombstone> tombstones) throws SQLException {
    for (var one : tombstones) {
      if (highest == null || one.id().compareTo(highest) > 0) highest = one.id();
    }
    save.run(tombstones);
  }

  void delete(List<OperationId> ids) throws SQLException {
    delete.run(ids);
  }

  List<String> hot() {
    return List.of(find.most(), save.most(), delete.most());
  }

  private static int bindId(PreparedStatement statement, int at, OperationId id)
      throws SQLException {
    statement.setBytes(at, PackedKey.of(id));
    return at + 1;
  }

  private static int bind(PreparedStatement statement, int at, Row.Tombstone row)
      throws SQLException {
    statement.setBytes(at, PackedKey.of(row.id()));
    statement.setInt(at + 1, row.tenant());
    statement.setLong(at + 2, row.until().toEpochMilli());
    return at + 3;
  }
}
