package dev.raincheck.sqlite;

import java.sql.SQLException;

/** The batches committed last: whether one stood, and how late it was. */
final class BatchTable {
  /** Only the batch whose commit was unsure is ever asked for, so these are more than enough. */
  private static final int KEPT = 1_000;

  private static final String INSERT =
      "INSERT INTO batch (id, node, number, at) VALUES (?, ?, ?, ?)";
  private static final String PRUNE = "DELETE FROM batch WHERE id <= ?";
  private static final String LAST = "SELECT max(id) FROM batch";
  private static final String HIGH_WATER = "SELECT at FROM batch ORDER BY id DESC LIMIT 1";
  static final String STOOD = "SELECT EXISTS (SELECT 1 FROM batch WHERE node = ? AND number = ?)";

  private final Statements statements;
  private long last;

  BatchTable(Statements statements) throws SQLException {
    this.statements = statements;
    last = statements.number(LAST, 0);
  }

  /** The latest time that was ever written. */
  static long highWater(Statements statements) throws SQLException {
    return statements.number(HIGH_WATER, 0);
  }

  void add(long node, long number, long at) throws SQLException {
    var insert = statements.of(INSERT);
    insert.setLong(1, ++last); // a number that is rolled back is left out
    insert.setLong(2, node);
    insert.setLong(3, number);
    insert.setLong(4, at);
    insert.executeUpdate();
    if (last % KEPT == 0) {
      var prune = statements.of(PRUNE);
      prune.setLong(1, last - KEPT);
      prune.executeUpdate();
    }
  }
}
