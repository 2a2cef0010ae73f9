package dev.raincheck.operation;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many operations wait in each queue, so that a full one refuses before it accepts. Counted from this
 * node's commits, and set right by the store's own count from time to time.
 */
final class Depths implements Commit.Listener {
  private final Map<String, AtomicLong> waiting = new ConcurrentHashMap<>();
  private volatile boolean filling;

  /** Whether a queue is as deep as it may be. */
  boolean isFull(String queue, int depthMax) {
    var count = waiting.get(queue);
    long depth = count == null ? 0 : Math.max(0, count.get());
    if (depth > depthMax / 2 && !filling) filling = true;
    return depth >= depthMax;
  }

  /** Whether work came, since the store last counted, for a queue of which not much is left: then others' work matters. */
  boolean isFilling() {
    return filling;
  }

  /** What the store counted. */
  void set(List<Reader.Depth> depths) {
    filling = false;
    waiting.values().forEach(count -> count.set(0));
    for (var depth : depths) {
      if (depth.word().equals("queued") || depth.word().equals("scheduled")) {
        count(depth.queue()).addAndGet(depth.count());
      }
    }
  }

  @Override
  public void committed(Commit commit) {
    for (var change : commit.changes()) {
      int delta = waits(change.after()) - waits(change.before());
      if (delta != 0) count(change.after().submission().queue()).addAndGet(delta);
    }
  }

  private AtomicLong count(String queue) {
    return waiting.computeIfAbsent(queue, _ -> new AtomicLong());
  }

  private static int waits(@Nullable Operation operation) {
    if (operation == null) return 0;
    return switch (operation.state()) {
      case State.Scheduled _, State.Blocked _, State.Queued _ -> 1;
      case State.Running _, State.Waiting _, State.Canceling _, State.Succeeded _, State.Failed _,
          State.Canceled _ -> 0;
    };
  }
}
