package dev.raincheck.testkit;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.OperationId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** All that a run has ever named, so that what became of it can be asked for. */
record Known(TreeSet<Key> keys, List<Integer> tenants, List<String> queues) {
  private static final int SUCCESSORS_MAX = 1_000;

  Known(List<Integer> tenants, List<String> queues) {
    this(new TreeSet<>(Key.ORDER), tenants, queues);
  }

  void add(Key key) {
    keys.add(key);
  }

  List<OperationId> operations() {
    return keys.stream()
        .filter(OperationId.class::isInstance)
        .map(OperationId.class::cast)
        .toList();
  }

  LockPlan plan() {
    Map<Key.Lane, Integer> successors = new HashMap<>();
    for (var key : keys) {
      if (key instanceof Key.Lane lane) successors.put(lane, SUCCESSORS_MAX);
    }
    var limited = new TreeSet<String>();
    for (var queue : queues) if (isLimited(queue)) limited.add(queue);
    return new LockPlan(keys, successors, limited);
  }

  /** Whether all claims on a queue have a limit: only then do stores count what runs in it. */
  boolean isLimited(String queue) {
    return queue.equals(queues.getFirst());
  }
}
