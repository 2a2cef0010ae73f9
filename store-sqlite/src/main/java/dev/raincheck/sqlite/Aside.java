package dev.raincheck.sqlite;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that this version cannot read: another version wrote them, or the disk did. They leave every
 * index that work is found by, so that they stop nobody; they are counted, and tried again at each
 * start.
 */
final class Aside {
  private static final Logger log = LoggerFactory.getLogger(Aside.class);

  /** A start must be quick however many there are. */
  private static final int TRIED_MAX = 1_000;

  private static final String STATE = "SELECT state, type, queue, id FROM operation WHERE row = ?";
  private static final String PUT =
      """
      UPDATE operation
      SET state = 0, due = NULL, owner = NULL, finished_at = NULL, turn = NULL, dead = 0
      WHERE row = ?\
      """;
  static final String FIND =
      """
      SELECT row, id, asked, life FROM operation INDEXED BY operation_live
      WHERE state < 7 AND state = 0 LIMIT ?\
      """;

  private final Statements statements;
  private final OperationTable operations;
  private final Depths depths;
  private final Words words;

  Aside(Statements statements, OperationTable operations, Depths depths, Words words) {
    this.statements = statements;
    this.operations = operations;
    this.depths = depths;
    this.words = words;
  }

  void put(List<Long> rows) throws SQLException {
    for (long row : rows) {
      var state = statements.of(STATE);
      state.setLong(1, row);
      try (var found = state.executeQuery()) {
        if (!found.next() || found.getInt(1) == Phase.ASIDE) continue;
        depths.add(new Depths.Group(found.getInt(1), found.getInt(2), found.getInt(3)), -1);
        depths.add(new Depths.Group(Phase.ASIDE, found.getInt(2), found.getInt(3)), 1);
        log.error(
            "{} cannot be read by this version and is set aside", PackedKey.id(found.getBytes(4)));
      }
      var put = statements.of(PUT);
      put.setLong(1, row);
      put.executeUpdate();
    }
  }

  /** Takes back those that this version can read. */
  void tryAgain() throws SQLException {
    if (depths.aside() == 0) return;
    var readable = new ArrayList<OperationTable.Saved>();
    var find = statements.of(FIND);
    find.setInt(1, TRIED_MAX);
    try (var rows = find.executeQuery()) {
      while (rows.next()) {
        var operation =
            OperationTable.operation(rows.getBytes(2), rows.getBytes(3), rows.getBytes(4));
        if (operation != null)
          readable.add(OperationTable.Saved.of(rows.getLong(1), operation, null));
      }
    }
    operations.update(readable);
    for (var one : readable) {
      var group = group(one.operation(), words);
      depths.add(group, 1);
      depths.add(new Depths.Group(Phase.ASIDE, group.type(), group.queue()), -1);
      log.info("{} can be read again", one.operation().id());
    }
  }

  static Depths.Group group(Operation operation, Words words) throws SQLException {
    var asked = operation.submission();
    return new Depths.Group(
        Phase.of(operation.state()), words.number(asked.type()), words.number(asked.queue()));
  }
}
