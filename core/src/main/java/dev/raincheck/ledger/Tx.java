package dev.raincheck.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** One transaction of the ledger: places, lock, pick (or outbox), now, commit, in this order and each at most once, but for pick. */
public interface Tx extends AutoCloseable {
  /** Reads what never changes, without locks. Unknown ids are left out. */
  Map<OperationId, Place> places(Collection<OperationId> ids);

  /**
   * Locks and loads in the plan's order; waits for other nodes, but for a queue's lock, which comes last, is only
   * tried, and is held before what runs in the queue is counted: so what starts in a queue whose limit is to hold
   * must start in transactions that hold it. Absent keys are simply not in the answer.
   * With each key of idempotency that is found comes the operation that it names, or its tombstone.
   */
  Loaded lock(LockPlan plan);

  /**
   * Queued operations of a queue in the order of priority, rank and id, locked. Never waits: passes over
   * what another node holds. Never more than {@code atMost}.
   */
  List<Operation> pick(String queue, int atMost);

  /**
   * Locks and loads rows of the outbox that are still there, in the order of their numbers. Never waits: none
   * while another node moves rows; and where somebody else holds a row, neither it nor what follows it with its key.
   *
   * @param numbers all that there were up to the last of them, as a read found
   */
  default List<OutboxRow> outbox(List<Long> numbers) {
    return List.of();
  }

  /** The store's clock in whole milliseconds, read after the last lock was granted. Never goes back. */
  Instant now();

  /** Saves, removes, appends and commits. Offsets are given here and nowhere else. */
  Committed commit(Batch batch);

  /** Rolls back what was not committed. */
  @Override
  void close();
}
