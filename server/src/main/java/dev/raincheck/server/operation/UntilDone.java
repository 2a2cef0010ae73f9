package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.Operations;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Principal;
import java.util.function.Supplier;

/** Answers about an operation at once, or when it is done, for a client that waits for that. */
final class UntilDone {
  private final Operations operations;
  private final OperationLookup lookup;
  private final Callers callers;
  private final OperationWaiting waiting;
  private final RetryAfter retryAfter;

  UntilDone(
      Operations operations,
      OperationLookup lookup,
      Callers callers,
      OperationWaiting waiting,
      RetryAfter retryAfter) {
    this.operations = operations;
    this.lookup = lookup;
    this.callers = callers;
    this.waiting = waiting;
    this.retryAfter = retryAfter;
  }

  /** Makes the answer. */
  @FunctionalInterface
  interface Show {
    /**
     * @param retryAfter seconds; of no meaning when the operation is done
     * @param waited whether the wait that was asked for was granted
     */
    Answer.Now of(Operation operation, int retryAfter, boolean waited);
  }

  /**
   * @param first how the operation stands; asked once, after the wait began, so that no end is
   *     missed
   */
  Answer answer(
      Principal who, OperationId id, WaitWish wait, Supplier<Operation> first, Show show) {
    if (!wait.any()) return now(first.get(), false, show);

    var waiter = operations.waits().until(id, Operation::done);
    boolean handedOver = false;
    try {
      var operation = first.get();
      int tenant = operation.submission().tenant();
      var meant = operation.id();
      if (!meant.equals(id)) return answer(who, meant, wait, () -> lookup.find(tenant, meant), show);
      if (operation.done()) return now(operation, true, show);
      var permit = callers.beginWait(who);
      if (permit == null) {
        return show.of(operation, retryAfter.secondsWhenCrowded(operation), false);
      }
      handedOver = true;
      return waiting.until(
          waiter, wait.duration(), permit, ended -> ended(tenant, id, ended, show));
    } finally {
      if (!handedOver) waiter.close();
    }
  }

  private Answer.Now ended(int tenant, OperationId id, OperationWaiting.Ended ended, Show show) {
    return switch (ended) {
      case OperationWaiting.Ended.Changed(var operation) -> now(operation, true, show);
      // Whoever has waited may ask again at once.
      case OperationWaiting.Ended.TimeOver() -> show.of(lookup.find(tenant, id), 0, true);
      case OperationWaiting.Ended.Released() -> now(lookup.find(tenant, id), true, show);
    };
  }

  private Answer.Now now(Operation operation, boolean waited, Show show) {
    return show.of(operation, retryAfter.seconds(operation), waited);
  }
}
