package dev.raincheck.sqlite;

import java.sql.SQLException;

/** All that the writer writes, and what it remembers of it. */
final class Tables {
  private static final String BEGIN = "BEGIN IMMEDIATE";
  private static final String COMMIT = "COMMIT";
  private static final String ROLLBACK = "ROLLBACK";

  final Statements statements;
  final Words words;
  final Depths depths;
  final OperationTable operations;
  final PayloadTable payloads;
  final BlobTable blobs;
  final ChunkTable chunks;
  final TombstoneTable tombstones;
  final IdemTable idems;
  final LaneTable lanes;
  final OwnerTable owners;
  final DocumentTable documents;
  final SegmentTable segments;
  final BatchTable batches;
  final Aside aside;
  final LiveOperations live;

  Tables(Statements statements, int liveMax) throws SQLException {
    this.statements = statements;
    words = new Words(statements);
    depths = new Depths(statements);
    operations = new OperationTable(statements, words);
    payloads = new PayloadTable(statements);
    blobs = new BlobTable(statements);
    chunks = new ChunkTable(statements);
    tombstones = new TombstoneTable(statements);
    idems = new IdemTable(statements);
    lanes = new LaneTable(statements);
    owners = new OwnerTable(statements);
    documents = new DocumentTable(statements);
    segments = new SegmentTable(statements);
    batches = new BatchTable(statements);
    aside = new Aside(statements, operations, depths, words);
    live = new LiveOperations(liveMax);
  }

  void begin() throws SQLException {
    statements.run(BEGIN);
  }

  void commit() throws SQLException {
    statements.run(COMMIT);
    words.committed();
    depths.committed();
    segments.committed();
  }

  /** Ends a transaction that has failed. Whether nothing of it is left in this connection. */
  boolean undo() {
    try {
      statements.forget();
      return rollback();
    } catch (SQLException e) {
      return false;
    }
  }

  /** Whether nothing of the transaction is left in this connection. */
  boolean rollback() {
    words.rolledBack();
    depths.rolledBack();
    segments.rolledBack();
    try {
      statements.script(ROLLBACK); // unprepared, because an error would end the prepared one
      return true;
    } catch (SQLException e) {
      // SQLite has rolled back by itself after some errors, and says so.
      return String.valueOf(e.getMessage()).contains("no transaction is active");
    }
  }
}
