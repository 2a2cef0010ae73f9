package dev.raincheck.sqlite;

import dev.raincheck.ledger.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** The writer's statements about log and output chunks. */
final class ChunkTable {
  /** A chunk and its operation's row. */
  record Placed(long row, Row.Chunk chunk) {}

  private static final String INSERT =
      "INSERT INTO chunk (operation, version, at, kind, media_type, body) VALUES %s";
  private static final String DELETE = "DELETE FROM chunk WHERE operation IN (%s)";
  private static final String ANY = "SELECT EXISTS (SELECT 1 FROM chunk)";

  private final ManyRows<Placed> insert;
  private final ManyRows<Long> delete;

  /** Most installations have none, and then a removal need not look for them. */
  private boolean any;

  ChunkTable(Statements statements) throws SQLException {
    insert = new ManyRows<>(statements, INSERT, "(?, ?, ?, ?, ?, ?)", ChunkTable::bind);
    delete = new ManyRows<>(statements, DELETE, "?", ChunkTable::bindRow);
    any = statements.number(ANY, 0) != 0;
  }

  void insert(List<Placed> chunks) throws SQLException {
    if (!chunks.isEmpty()) any = true;
    insert.run(chunks);
  }

  void delete(List<Long> rows) throws SQLException {
    if (any) delete.run(rows);
  }

  List<String> hot() {
    return List.of(delete.most());
  }

  private static int bindRow(PreparedStatement statement, int at, Long row) throws SQLException {
    statement.setLong(at, row);
    return at + 1;
  }

  private static int bind(PreparedStatement statement, int at, Placed placed) throws SQLException {
    var chunk = placed.chunk;
    statement.setLong(at, placed.row);
    statement.setInt(at + 1, chunk.version());
    statement.setLong(at + 2, chunk.at().toEpochMilli());
    statement.setInt(at + 3, kind(chunk.kind()));
    statement.setString(at + 4, chunk.mediaType());
    statement.setBytes(at + 5, chunk.body());
    return at + 6;
  }

  static int kind(Row.Chunk.Kind kind) {
    return switch (kind) {
      case LOG -> 0;
      case OUTPUT -> 1;
    };
  }

  static Row.Chunk.Kind kind(int number) {
    return number == 0 ? Row.Chunk.Kind.LOG : Row.Chunk.Kind.OUTPUT;
  }
}
