package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.operation.Waits;
import dev.raincheck.pace.Alarms;
import dev.raincheck.server.http.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Answers that come when an operation has changed, or when the wait is over. Until then a wait is
 * an entry in two tables and holds no thread.
 */
final class OperationWaiting {
  private final Alarms alarms;
  // Neither the engine's writer nor the alarms' thread may render, or read the store.
  private final Executor threads = task -> Thread.ofVirtual().name("waited").start(task);

  OperationWaiting(Alarms alarms) {
    this.alarms = alarms;
  }

  /** How a wait ended. */
  sealed interface Ended {
    /** A commit left the operation as wanted. */
    record Changed(Operation operation) implements Ended {}

    /** Time is over. */
    record TimeOver() implements Ended {}

    /** The operation is gone, or the server stops: what there is must be read. */
    record Released() implements Ended {}
  }

  /**
   * Waits.
   *
   * @param waiter registered before the operation was last looked at; closed here
   * @param permit given back when the wait ends in any way
   * @param then makes the answer, on a thread that may block
   */
  Answer.Later until(
      Waits.Waiter waiter,
      Duration atMost,
      Callers.Permit permit,
      Function<Ended, Answer.Now> then) {
    var ended = new CompletableFuture<Ended>();
    var cancelAlarm = alarms.after(atMost, () -> ended.complete(new Ended.TimeOver()));
    var over = new AtomicBoolean();
    Runnable free =
        () -> {
          if (!over.compareAndSet(false, true)) return;
          cancelAlarm.run();
          waiter.close();
          permit.end();
        };
    waiter
        .woken()
        .thenAccept(
            changed ->
                ended.complete(
                    changed.<Ended>map(Ended.Changed::new).orElseGet(Ended.Released::new)));
    var answer =
        ended.thenApplyAsync(
            how -> {
              free.run();
              return then.apply(how);
            },
            threads);
    return new Answer.Later(answer, free);
  }
}
