package dev.raincheck.sqlite;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Place;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writer's statements about operations. */
final class OperationTable {
  /** Most operations have nothing in the rare columns, and each value bound costs. */
  private static final String INSERT =
      """
      INSERT INTO operation
        (row, id, tenant, type, queue, state, priority, rank, created_at, due, owner, asked, life)
      VALUES %s\
      """;

  private static final String INSERT_ALL =
      """
      INSERT INTO operation
        (row, id, tenant, type, queue, state, priority, rank, created_at, due, owner, asked, life,
         finished_at, lane, turn, dead, parent, correlation, tags)
      VALUES %s\
      """;

  private static final String REWRITE =
      "UPDATE operation SET life = v.column2 FROM (VALUES %s) AS v WHERE operation.row = v.column1";

  private static final String MOVE =
      """
      UPDATE operation
      SET state = v.column2, rank = v.column3, due = v.column4, owner = v.column5,
        finished_at = v.column6, turn = v.column7, dead = v.column8, life = v.column9
      FROM (VALUES %s) AS v WHERE operation.row = v.column1\
      """;

  private static final String BY_ID =
      "SELECT row, id, asked, life FROM operation WHERE id IN (%s) AND state > 0";
  private static final String BY_ROW =
      "SELECT row, id, asked, life FROM operation WHERE row IN (%s)";
  private static final String PLACES =
      "SELECT id, tenant, lane, parent FROM operation WHERE id IN (%s)";
  private static final String DELETE = "DELETE FROM operation WHERE row IN (%s)";

  private static final String LAST_ROW = "SELECT max(row) FROM operation";
  private static final String LAST_ID = "SELECT id FROM operation ORDER BY id DESC LIMIT 1";

  static final String PICK =
      """
      SELECT row, id FROM operation INDEXED BY operation_ready
      WHERE state = 3 AND queue = ? ORDER BY priority, rank, id LIMIT ?\
      """;

  static final String NEXT_IN_LANE =
      """
      SELECT row, id, asked, life FROM operation INDEXED BY operation_blocked
      WHERE state = 2 AND lane = ? ORDER BY turn LIMIT ?\
      """;

  /**
   * A new or changed operation.
   *
   * @param operation as its row keeps it
   * @param whole with all payloads that came with it
   * @param before as the row kept it, or null for a new one
   */
  record Saved(long row, Operation operation, Operation whole, @Nullable Operation before) {
    static Saved of(long row, Operation whole, @Nullable Operation before) {
      return new Saved(row, whole.inRow(), whole, before);
    }
  }

  private final Statements statements;
  private final ManyRows<Saved> insert;
  private final ManyRows<Saved> insertAll;
  private final ManyRows<Saved> rewrite;
  private final ManyRows<Saved> move;
  private final ManyRows<OperationId> byId;
  private final ManyRows<Long> byRow;
  private final ManyRows<OperationId> places;
  private final ManyRows<Long> delete;

  /** No operation has a higher id; new ids are mostly higher, and need not be looked for. */
  private @Nullable OperationId highest;

  private long lastRow;

  OperationTable(Statements statements, Words words) throws SQLException {
    this.statements = statements;
    var columns = new OperationColumns(words);
    insert = new ManyRows<>(statements, INSERT, marks(13), columns::bindNew);
    insertAll = new ManyRows<>(statements, INSERT_ALL, marks(20), columns::bindNewWhole);
    rewrite = new ManyRows<>(statements, REWRITE, marks(2), OperationColumns::bindLife);
    move = new ManyRows<>(statements, MOVE, marks(9), OperationColumns::bindMove);
    byId = new ManyRows<>(statements, BY_ID, "?", OperationTable::bindId);
    byRow = new ManyRows<>(statements, BY_ROW, "?", OperationTable::bindRow);
    places = new ManyRows<>(statements, PLACES, "?", OperationTable::bindId);
    delete = new ManyRows<>(statements, DELETE, "?", OperationTable::bindRow);
    lastRow = statements.number(LAST_ROW, 0);
    try (var rows = statements.of(LAST_ID).executeQuery()) {
      highest = rows.next() ? PackedKey.id(rows.getBytes(1)) : null;
    }
  }

  boolean mayHold(OperationId id) {
    return highest != null && id.compareTo(highest) <= 0;
  }

  /** The row for a new operation. Rows rise with time, so that what is new lies side by side. */
  long nextRow() {
    return ++lastRow;
  }

  void insert(List<Saved> fresh) throws SQLException {
    var plain = new ArrayList<Saved>(fresh.size());
    var whole = new ArrayList<Saved>();
    for (var one : fresh) {
      (OperationColumns.plain(one.operation) ? plain : whole).add(one);
      var id = one.operation.id();
      if (highest == null || id.compareTo(highest) > 0) highest = id;
    }
    insert.run(plain);
    insertAll.run(whole);
  }

  void update(List<Saved> changed) throws SQLException {
    var same = new ArrayList<Saved>();
    var moved = new ArrayList<Saved>(changed.size());
    for (var one : changed) (OperationColumns.same(one) ? same : moved).add(one);
    rewrite.run(same);
    move.run(moved);
  }

  void delete(List<Long> rows) throws SQLException {
    delete.run(rows);
  }

  /** Reads whole operations; those that cannot be read are left to {@code unreadable}, by row. */
  List<Known> find(List<OperationId> ids, List<Long> unreadable) throws SQLException {
    var found = new ArrayList<Known>(ids.size());
    byId.query(ids, row -> take(row, found, unreadable));
    return found;
  }

  List<Known> rows(List<Long> rows, List<Long> unreadable) throws SQLException {
    var found = new ArrayList<Known>(rows.size());
    byRow.query(rows, row -> take(row, found, unreadable));
    return found;
  }

  /** Where ready operations of a queue are, first to start first. */
  Map<OperationId, Long> ready(int queue, int atMost) throws SQLException {
    var pick = statements.of(PICK);
    pick.setInt(1, queue);
    pick.setInt(2, atMost);
    var found = new LinkedHashMap<OperationId, Long>();
    try (var rows = pick.executeQuery()) {
      while (rows.next()) found.put(PackedKey.id(rows.getBytes(2)), rows.getLong(1));
    }
    return found;
  }

  List<Known> blocked(Key.Lane lane, int atMost, List<Long> unreadable) throws SQLException {
    var next = statements.of(NEXT_IN_LANE);
    next.setBytes(1, PackedKey.of(lane));
    next.setInt(2, atMost);
    var found = new ArrayList<Known>();
    try (var rows = next.executeQuery()) {
      while (rows.next()) take(rows, found, unreadable);
    }
    return found;
  }

  void places(List<OperationId> ids, Map<OperationId, Place> into) throws SQLException {
    places.query(
        ids,
        row -> {
          byte[] lane = row.getBytes(3);
          byte[] parent = row.getBytes(4);
          into.put(
              PackedKey.id(row.getBytes(1)),
              new Place(
                  row.getInt(2),
                  lane == null ? null : PackedKey.lane(lane),
                  parent == null ? null : PackedKey.id(parent)));
        });
  }

  /** The statements of the hot path, for tests of their plans. */
  List<String> hot() {
    return List.of(
        insert.most(),
        rewrite.most(),
        move.most(),
        byId.most(),
        byRow.most(),
        places.most(),
        delete.most(),
        PICK,
        NEXT_IN_LANE);
  }

  private static void take(ResultSet row, List<Known> found, List<Long> unreadable)
      throws SQLException {
    long number = row.getLong(1);
    var operation = operation(row.getBytes(2), row.getBytes(3), row.getBytes(4));
    if (operation != null) found.add(new Known(number, operation));
    else unreadable.add(number);
  }

  /** The operation, or null if this version cannot read it. */
  static @Nullable Operation operation(byte[] id, byte[] asked, byte[] life) {
    try {
      return OperationCodec.read(PackedKey.id(id), asked, life);
    } catch (RuntimeException e) {
      return null; // whatever is wrong with these bytes, they are one row's and nobody else's
    }
  }

  private static int bindId(PreparedStatement statement, int at, OperationId id)
      throws SQLException {
    statement.setBytes(at, PackedKey.of(id));
    return at + 1;
  }

  private static int bindRow(PreparedStatement statement, int at, Long row) throws SQLException {
    statement.setLong(at, row);
    return at + 1;
  }

  private static String marks(int count) {
    return "(" + "?, ".repeat(count - 1) + "?)";
  }
}
