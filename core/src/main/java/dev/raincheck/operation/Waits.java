package dev.raincheck.operation;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Who waits for an operation to change: an entry in a table, not a thread. */
public final class Waits implements OtherNodes.Interested {
  private final ConcurrentHashMap<OperationId, List<Waiter>> waiters = new ConcurrentHashMap<>();
  private volatile boolean released;

  /** One wait. Close it when nobody is interested any more. */
  public final class Waiter implements AutoCloseable {
    private final OperationId id;
    private final Predicate<Operation> wanted;
    private final CompletableFuture<Optional<Operation>> woken = new CompletableFuture<>();

    private Waiter(OperationId id, Predicate<Operation> wanted) {
      this.id = id;
      this.wanted = wanted;
    }

    /**
     * Completes with the operation when a commit left it as wanted; with nothing when it is gone or all waits
     * are released. Completed by the writer.
     */
    public CompletableFuture<Optional<Operation>> woken() {
      return woken;
    }

    @Override
    public void close() {
      waiters.computeIfPresent(
          id,
          (_, list) -> {
            var rest = new ArrayList<>(list);
            rest.remove(this);
            return rest.isEmpty() ? null : List.copyOf(rest);
          });
    }
  }

  /**
   * Waits until a commit leaves the operation as wanted. Register first and read then, so that nothing that
   * happens in between is missed.
   */
  public Waiter until(OperationId id, Predicate<Operation> wanted) {
    var waiter = new Waiter(id, wanted);
    waiters.merge(
        id,
        List.of(waiter),
        (list, one) -> {
          var longer = new ArrayList<>(list);
          longer.addAll(one);
          return List.copyOf(longer);
        });
    if (released) waiter.woken.complete(Optional.empty());
    return waiter;
  }

  @Override
  public boolean isIn(OperationId id) {
    return waiters.containsKey(id);
  }

  @Override
  public boolean isIdle() {
    return waiters.isEmpty();
  }

  @Override
  public void committed(Commit commit) {
    if (waiters.isEmpty()) return;
    for (var change : commit.changes()) {
      for (var waiter : waiters.getOrDefault(change.after().id(), List.of())) {
        if (waiter.wanted.test(change.after())) waiter.woken.complete(Optional.of(change.after()));
      }
    }
    for (var id : commit.gone()) {
      waiters.getOrDefault(id, List.of()).forEach(waiter -> waiter.woken.complete(Optional.empty()));
    }
  }

  /** At shutdown every wait ends at once, and none begins. */
  public void release() {
    released = true;
    waiters.values().forEach(list -> list.forEach(waiter -> waiter.woken.complete(Optional.empty())));
  }

  /** How many wait now. */
  public int count() {
    int count = 0;
    for (var list : waiters.values()) count += list.size();
    return count;
  }
}
