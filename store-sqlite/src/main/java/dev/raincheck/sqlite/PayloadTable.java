package dev.raincheck.sqlite;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.State;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The writer's statements about payloads that are too long for their operation's row. */
final class PayloadTable {
  private record Bytes(long id, byte[] bytes) {}

  private static final String SAVE = "REPLACE INTO payload (id, bytes) VALUES %s";
  private static final String DELETE = "DELETE FROM payload WHERE id IN (%s)";

  private final ManyRows<Bytes> save;
  private final ManyRows<Long> delete;

  PayloadTable(Statements statements) {
    save =
        new ManyRows<>(
            statements,
            SAVE,
            "(?, ?)",
            (statement, at, row) -> {
              statement.setLong(at, row.id);
              statement.setBytes(at + 1, row.bytes);
              return at + 2;
            });
    delete = new ManyRows<>(statements, DELETE, "?", PayloadTable::bindId);
  }

  static long id(long row, Payload.Part part) {
    return switch (part) {
      case INPUT -> row * 2;
      case RESULT -> row * 2 + 1;
    };
  }

  /** Keeps what is long, and drops a result that its operation no longer has. */
  void save(List<OperationTable.Saved> operations) throws SQLException {
    var kept = new ArrayList<Bytes>();
    var gone = new ArrayList<Long>();
    for (var one : operations) {
      var before = one.before();
      if (before == null
          && one.whole().submission().input() instanceof Payload.Inline(var bytes, _)) {
        keep(id(one.row(), Payload.Part.INPUT), bytes, kept);
      }
      var result = result(one.whole());
      if (result instanceof Payload.Inline(var bytes, _) && !one.whole().resultGone()) {
        keep(id(one.row(), Payload.Part.RESULT), bytes, kept);
      }
      boolean had =
          before != null && result(before) instanceof Payload.Apart && !before.resultGone();
      if (had && (result == null || one.whole().resultGone()))
        gone.add(id(one.row(), Payload.Part.RESULT));
    }
    save.run(kept);
    delete.run(gone);
  }

  /** Drops all that an operation had. */
  void delete(List<Known> operations) throws SQLException {
    var gone = new ArrayList<Long>();
    for (var one : operations) {
      if (one.operation().submission().input() instanceof Payload.Apart) {
        gone.add(id(one.row(), Payload.Part.INPUT));
      }
      if (result(one.operation()) instanceof Payload.Apart)
        gone.add(id(one.row(), Payload.Part.RESULT));
    }
    delete.run(gone);
  }

  private static void keep(long id, byte[] bytes, List<Bytes> kept) {
    if (bytes.length > Payload.INLINE_MAX) kept.add(new Bytes(id, bytes));
  }

  private static @Nullable Payload result(Operation operation) {
    return operation.state() instanceof State.Succeeded(var result) ? result : null;
  }

  private static int bindId(PreparedStatement statement, int at, Long id) throws SQLException {
    statement.setLong(at, id);
    return at + 1;
  }
}
