package dev.raincheck.postgres;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node's ledger writes with. Used by the ledger's thread alone. */
final class Writer {
  private static final Logger log = LoggerFactory.getLogger(Writer.class);

  /** How long to look for the outcome of a commit before giving up: longer than a fail-over takes. */
  private static final Duration UNKNOWN = Duration.ofSeconds(60);

  private static final String STOOD = "SELECT count(*) FROM batch WHERE node = ? AND number = ?";

  final LedgerConnection connection;
  final StoreTime time;
  final Marks marks;
  private final DueMark due;
  final Unreadable unreadable;
  final Places places = new Places();
  final RunningCounts counts;
  private final LogDays days;
  private final Duration away;
  private final Consumer<Boolean> whenCommitted;
  private @Nullable Statements last;

  /** @param away how long a batch waits for a server that cannot be reached */
  Writer(
      LedgerConnection connection,
      StoreTime time,
      Marks marks,
      DueMark due,
      Unreadable unreadable,
      RunningCounts counts,
      LogDays days,
      Duration away,
      Consumer<Boolean> whenCommitted) {
    this.connection = connection;
    this.time = time;
    this.marks = marks;
    this.due = due;
    this.unreadable = unreadable;
    this.counts = counts;
    this.days = days;
    this.away = away;
    this.whenCommitted = whenCommitted;
  }

  Tx begin() {
    var statements = connection.within(away.toNanos());
    if (statements != last) counts.forget();
    last = statements;
    time.begin(connection.highWater());
    return new LedgerTx(this, statements);
  }

  /** @param limited the queues that the transaction holds */
  Committed commit(
      Statements statements, Batch batch, Map<Key, Row> loaded, Absent absent, Set<String> limited) {
    Message message;
    Map<String, Long> offsets = new HashMap<>();
    try {
      message =
          new Save(batch, loaded, absent, limited)
              .message(time.now(), row -> offsets.put(row.getString(1), row.getLong(2)));
    } catch (RuntimeException e) {
      log.warn("a batch cannot be written", e);
      connection.rollBack();
      return new Committed.Poison(e.getClass().getSimpleName());
    }
    try {
      message.send(statements);
    } catch (SQLException e) {
      return failed(e);
    }
    remember(batch);
    var before = batch.trimBefore();
    if (before != null) days.trim(time.now(), before);
    if (!batch.entries().isEmpty()) whenCommitted.accept(leavesWork(batch));
    return new Committed.Yes(offsets);
  }

  /** As long as the server answers, it has undone all of it; a connection that is gone tells nothing. */
  private Committed failed(SQLException e) {
    var failure = Failures.of(e);
    if (failure == Failures.CONNECTION) {
      connection.abandon();
      return new Committed.Unsure(Failures.name(e));
    }
    connection.rollBack();
    return switch (failure) {
      case VALUE -> new Committed.Poison(Failures.name(e));
      case FULL -> new Committed.Full(Failures.name(e));
      case COLLISION, TIME -> new Committed.Again();
      case OTHER, CONNECTION -> {
        log.error("a batch was refused", e);
        yield new Committed.Again();
      }
    };
  }

  private static boolean leavesWork(Batch batch) {
    for (var row : batch.saved()) {
      if (row instanceof Operation operation && operation.state() instanceof State.Queued) return true;
    }
    return false;
  }

  private void remember(Batch batch) {
    for (var key : batch.removed()) if (key instanceof OperationId id) places.remove(id);
    for (var row : batch.saved()) {
      if (row instanceof Row.Tombstone tombstone) places.remove(tombstone.id());
      if (!(row instanceof Operation operation)) continue;
      if (operation.done()) places.remove(operation.id());
      else places.put(operation.id(), Place.of(operation));
      if (operation.state() instanceof State.Queued) marks.lower(operation);
      var next = operation.due();
      if (next != null) due.lower(next.toEpochMilli());
    }
  }

  /** After an unsure commit: its server process is ended first, so that nothing can come after the answer. */
  boolean stood(long node, long number) {
    try {
      var statements = connection.within(UNKNOWN.toNanos());
      long[] count = new long[1];
      new Message().ask(STOOD, row -> count[0] = row.getLong(1), node, number).send(statements);
      connection.rollBack();
      return count[0] > 0;
    } catch (SQLException e) {
      connection.abandon();
      throw Failures.storeException("tell what became of a commit", e);
    } catch (dev.raincheck.ledger.AwayException e) {
      throw new StoreException("PostgreSQL cannot be asked what became of a commit", e);
    }
  }
}
