package dev.raincheck.sqlite;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection that writes, used by the ledger's thread alone. */
final class Writer {
  private static final Logger log = LoggerFactory.getLogger(Writer.class);
  private static final String COUNT_EMERGENCY = "UPDATE process SET emergencies = emergencies + 1";

  private final Tables tables;
  private final StoreClock clock;
  private final Checkpoints checkpoints;
  private final Reserve reserve;

  /** Why nothing is written any more, or null. */
  private volatile @Nullable String broken;

  Writer(Tables tables, StoreClock clock, Checkpoints checkpoints, Reserve reserve) {
    this.tables = tables;
    this.clock = clock;
    this.checkpoints = checkpoints;
    this.reserve = reserve;
  }

  StoreClock clock() {
    return clock;
  }

  boolean whole() {
    return broken == null;
  }

  Tx begin() {
    if (broken != null) throw new StoreException("the SQLite store has stopped after " + broken);
    try {
      checkpoint();
      tables.begin();
      return new WriterTx(this, tables);
    } catch (SQLException e) {
      throw Failures.storeException("begin", e);
    }
  }

  /**
   * Once the reserve is spent, the log must not grow: it is moved after every batch, and begins
   * again. If that finds no room, it grows into what the reserve has left: nothing is lost, and a
   * later try may find some.
   */
  private void checkpoint() throws SQLException {
    try {
      if (reserve.held()) checkpoints.betweenBatches();
      else checkpoints.ifItFits();
    } catch (SQLException e) {
      if (Failures.of(e) != Failures.FULL) throw e;
      tables.statements.forget();
      reserve.release();
    }
  }

  Committed commit(Batch batch, Map<OperationId, Known> known) {
    Changes changes;
    Map<String, Long> firstOffset;
    try {
      changes = new Changes(tables, known, batch);
      if (changes.bringsWork() && !reserve.restore()) return noRoom("the reserve is spent");
      changes.write();
      long at = clock.millis();
      firstOffset = tables.segments.append(batch, at);
      if (batch.trimBefore() != null) tables.segments.trim(batch.trimBefore().toEpochMilli(), at);
      tables.batches.add(batch.node(), batch.number(), at);
    } catch (SQLException e) {
      return undone(e);
    } catch (RuntimeException e) {
      log.warn("a batch cannot be written", e);
      return tables.undo()
          ? new Committed.Poison(e.getClass().getSimpleName())
          : unsure("ROLLBACK");
    }
    try {
      tables.commit();
    } catch (SQLException e) {
      return unfinished(e);
    }
    changes.remember();
    return new Committed.Yes(firstOffset);
  }

  /** An error before COMMIT: rolled back, nothing has happened. */
  private Committed undone(SQLException e) {
    tables.live.clear();
    if (!tables.undo()) return unsure(Failures.name(e));
    return switch (Failures.of(e)) {
      case VALUE -> new Committed.Poison(Failures.name(e));
      case BUSY, INTERRUPTED -> new Committed.Again();
      case FULL -> full();
      case BROKEN -> unsure(Failures.name(e));
    };
  }

  /**
   * An error of COMMIT. It may have reached the disk without SQLite knowing, and come back at the
   * next start; only a later commit, which takes its place in the log, proves that it is gone.
   */
  private Committed unfinished(SQLException e) {
    boolean full = Failures.of(e) == Failures.FULL;
    return full && tables.undo() ? full() : unsure(Failures.name(e));
  }

  private Committed full() {
    reserve.release();
    try {
      tables.begin();
      tables.statements.run(COUNT_EMERGENCY);
      tables.commit();
      return new Committed.Full("the disk is full");
    } catch (SQLException e) {
      tables.undo();
      return unsure(Failures.name(e));
    }
  }

  private Committed noRoom(String why) {
    return tables.rollback() ? new Committed.Full(why) : unsure("ROLLBACK");
  }

  private Committed unsure(String why) {
    broken = why;
    log.error(
        "the SQLite store has stopped: {}. Nobody knows whether the last batch is in it.", why);
    return new Committed.Unsure(why);
  }

  /** Ends a transaction without a batch. */
  void leave(boolean keep) {
    try {
      if (keep) {
        tables.depths.save();
        tables.commit();
      } else if (!tables.rollback()) {
        unsure("ROLLBACK");
      }
    } catch (SQLException e) {
      tables.undo();
      unsure(Failures.name(e));
    }
  }
}
