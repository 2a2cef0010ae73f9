package dev.raincheck.sqlite;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.State;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of an operation is a column, and how its rows are bound. */
final class OperationColumns {
  private final Words words;

  OperationColumns(Words words) {
    this.words = words;
  }

  /** Whether the rare columns are all empty. */
  static boolean plain(Operation operation) {
    var asked = operation.submission();
    return asked.lane() == null
        && asked.parent() == null
        && asked.correlationId() == null
        && asked.tags().isEmpty()
        && !operation.done();
  }

  int bindNew(PreparedStatement statement, int at, OperationTable.Saved saved) throws SQLException {
    var operation = saved.operation();
    var asked = operation.submission();
    statement.setLong(at, saved.row());
    statement.setBytes(at + 1, PackedKey.of(operation.id()));
    statement.setInt(at + 2, asked.tenant());
    statement.setInt(at + 3, words.number(asked.type()));
    statement.setInt(at + 4, words.number(asked.queue()));
    statement.setInt(at + 5, Phase.of(operation.state()));
    statement.setInt(at + 6, asked.priority());
    statement.setLong(at + 7, operation.rank());
    statement.setLong(at + 8, operation.createdAt().toEpochMilli());
    bind(statement, at + 9, operation.due());
    bind(statement, at + 10, operation.state().heldBy());
    statement.setBytes(at + 11, OperationCodec.asked(operation));
    statement.setBytes(at + 12, OperationCodec.life(operation));
    return at + 13;
  }

  int bindNewWhole(PreparedStatement statement, int from, OperationTable.Saved saved)
      throws SQLException {
    int at = bindNew(statement, from, saved);
    var operation = saved.operation();
    var asked = operation.submission();
    var lane = asked.laneKey();
    var parent = asked.parent();
    bind(statement, at, operation.finishedAt());
    bind(statement, at + 1, lane == null ? null : PackedKey.of(lane));
    bind(statement, at + 2, turn(operation));
    statement.setInt(at + 3, dead(operation) ? 1 : 0);
    bind(statement, at + 4, parent == null ? null : PackedKey.of(parent));
    statement.setString(at + 5, asked.correlationId());
    statement.setString(at + 6, tags(asked.tags()));
    return at + 7;
  }

  static int bindLife(PreparedStatement statement, int at, OperationTable.Saved saved)
      throws SQLException {
    statement.setLong(at, saved.row());
    statement.setBytes(at + 1, OperationCodec.life(saved.operation()));
    return at + 2;
  }

  static int bindMove(PreparedStatement statement, int at, OperationTable.Saved saved)
      throws SQLException {
    var operation = saved.operation();
    statement.setLong(at, saved.row());
    statement.setInt(at + 1, Phase.of(operation.state()));
    statement.setLong(at + 2, operation.rank());
    bind(statement, at + 3, operation.due());
    bind(statement, at + 4, operation.state().heldBy());
    bind(statement, at + 5, operation.finishedAt());
    bind(statement, at + 6, turn(operation));
    statement.setInt(at + 7, dead(operation) ? 1 : 0);
    statement.setBytes(at + 8, OperationCodec.life(operation));
    return at + 9;
  }

  /** Whether nothing that is selected or ordered by has changed. */
  static boolean same(OperationTable.Saved saved) {
    var before = saved.before();
    var after = saved.operation();
    return before != null
        && Phase.of(before.state()) == Phase.of(after.state())
        && before.rank() == after.rank()
        && Objects.equals(before.due(), after.due())
        && Objects.equals(before.state().heldBy(), after.state().heldBy())
        && Objects.equals(before.finishedAt(), after.finishedAt())
        && Objects.equals(turn(before), turn(after))
        && dead(before) == dead(after);
  }

  private static @Nullable Long turn(Operation operation) {
    return operation.state() instanceof State.Blocked(var turn) ? turn : null;
  }

  private static boolean dead(Operation operation) {
    return operation.state() instanceof State.Failed failed && failed.dead();
  }

  /** Tags between line breaks, so that one is found by looking for it between two. */
  private static @Nullable String tags(List<String> tags) {
    return tags.isEmpty() ? null : "\n" + String.join("\n", tags) + "\n";
  }

  private static void bind(PreparedStatement statement, int at, @Nullable Instant value)
      throws SQLException {
    if (value == null) statement.setNull(at, Types.INTEGER);
    else statement.setLong(at, value.toEpochMilli());
  }

  private static void bind(PreparedStatement statement, int at, @Nullable Long value)
      throws SQLException {
    if (value == null) statement.setNull(at, Types.INTEGER);
    else statement.setLong(at, value);
  }

  private static void bind(PreparedStatement statement, int at, byte @Nullable [] value)
      throws SQLException {
    if (value == null) statement.setNull(at, Types.BLOB);
    else statement.setBytes(at, value);
  }
}
