package dev.raincheck.postgres;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.State;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows as columns, each an array, so that one statement takes them all. */
final class Columns {
  private Columns() {}

  static <T> byte[][] bytes(List<T> rows, Function<T, byte @Nullable []> column) {
    return rows.stream().map(column).toArray(byte[][]::new);
  }

  static <T> Long[] longs(List<T> rows, Function<T, @Nullable Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }

  static <T> Integer[] ints(List<T> rows, Function<T, Integer> column) {
    return rows.stream().map(column).toArray(Integer[]::new);
  }

  static <T> String[] texts(List<T> rows, Function<T, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }

  /** What never changes: the values of {@link Save#INSERT_OPERATIONS}. */
  static Object[] asked(List<Operation> operations) {
    return new Object[] {
      bytes(operations, one -> PackedKey.of(one.id())),
      ints(operations, one -> one.submission().tenant()),
      texts(operations, one -> one.submission().type()),
      longs(operations, one -> one.createdAt().toEpochMilli()),
      bytes(operations, Columns::lane),
      bytes(operations, Columns::parent),
      texts(operations, one -> one.submission().correlationId()),
      texts(operations, Columns::tags),
      bytes(operations, OperationCodec::asked)
    };
  }

  /** How new operations stand: the values of {@link Save#INSERT_LIVES}. */
  static Object[] lives(List<Operation> operations) {
    return new Object[] {
      bytes(operations, one -> PackedKey.of(one.id())),
      ints(operations, one -> one.submission().tenant()),
      texts(operations, one -> one.submission().type()),
      texts(operations, one -> one.submission().queue()),
      longs(operations, one -> one.createdAt().toEpochMilli()),
      ints(operations, one -> one.submission().priority()),
      ints(operations, one -> Phase.of(one.state())),
      longs(operations, Operation::rank),
      longs(operations, one -> millis(one.due())),
      longs(operations, one -> one.state().heldBy()),
      longs(operations, one -> millis(one.finishedAt())),
      bytes(operations, Columns::lane),
      longs(operations, Columns::turn),
      operations.stream().map(Columns::dead).toArray(Boolean[]::new),
      bytes(operations, OperationCodec::life),
      longs(operations, Columns::fence)
    };
  }

  /** How operations stand that have moved: the values of {@link Save#MOVE}. */
  static Object[] moves(List<Operation> operations) {
    return new Object[] {
      bytes(operations, one -> PackedKey.of(one.id())),
      ints(operations, one -> Phase.of(one.state())),
      longs(operations, Operation::rank),
      longs(operations, one -> millis(one.due())),
      longs(operations, one -> one.state().heldBy()),
      longs(operations, one -> millis(one.finishedAt())),
      longs(operations, Columns::turn),
      operations.stream().map(Columns::dead).toArray(Boolean[]::new),
      bytes(operations, OperationCodec::life),
      longs(operations, Columns::fence)
    };
  }

  /** Whether nothing that is selected or ordered by has changed. */
  static boolean same(Operation before, Operation after) {
    return Phase.of(before.state()) == Phase.of(after.state())
        && before.rank() == after.rank()
        && Objects.equals(before.due(), after.due())
        && Objects.equals(before.state().heldBy(), after.state().heldBy())
        && Objects.equals(before.finishedAt(), after.finishedAt())
        && Objects.equals(turn(before), turn(after))
        && dead(before) == dead(after)
        && before.moment().epoch() == after.moment().epoch();
  }

  private static byte @Nullable [] lane(Operation operation) {
    var lane = operation.submission().laneKey();
    return lane == null ? null : PackedKey.of(lane);
  }

  private static byte @Nullable [] parent(Operation operation) {
    var parent = operation.submission().parent();
    return parent == null ? null : PackedKey.of(parent);
  }

  /** Tells an attempt by its owner and epoch, for functions in the database that cannot read a life. */
  private static @Nullable Long fence(Operation operation) {
    var owner = operation.state().heldBy();
    return owner == null ? null : owner ^ operation.moment().epoch();
  }

  private static @Nullable Long turn(Operation operation) {
    return operation.state() instanceof State.Blocked(var turn) ? turn : null;
  }

  private static boolean dead(Operation operation) {
    return operation.state() instanceof State.Failed failed && failed.dead();
  }

  private static @Nullable String tags(Operation operation) {
    var tags = operation.submission().tags();
    return tags.isEmpty() ? null : String.join("\n", tags);
  }

  private static @Nullable Long millis(@Nullable Instant at) {
    return at == null ? null : at.toEpochMilli();
  }
}
