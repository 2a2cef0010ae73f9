package dev.raincheck.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The queue before the ledger. What ends work goes before what adds some; what adds some is taken from the
 * tenants in turn. Bounded: a command that finds no room was never here, which is the one honest refusal.
 */
final class Intake {
  /** New work that may wait for its commit: a second's worth at full speed. */
  static final int SUBMITS_MAX = 16_384;

  /** Input bytes that may wait for their commit. */
  static final long SUBMIT_BYTES_MAX = 64L << 20;

  /** Calls of attempts, cancels and nominations; bounded by slots and chores, so this is never met in health. */
  static final int OTHERS_MAX = 65_536;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final ArrayDeque<Pending> others = new ArrayDeque<>();
  private final LinkedHashMap<Integer, ArrayDeque<Pending>> submits = new LinkedHashMap<>();
  private int submitCount;
  private long submitBytes;
  private boolean nudged;
  private boolean resting;
  private boolean closed;

  /** Takes the command in; false if there is no room or no more is taken. */
  boolean offer(Pending pending) {
    lock.lock();
    try {
      if (closed) return false;
      var submit = pending.command().newWork();
      if (submit != null) {
        if (submitCount >= SUBMITS_MAX || submitBytes + pending.weight() > SUBMIT_BYTES_MAX) return false;
        submits.computeIfAbsent(submit.submission().tenant(), _ -> new ArrayDeque<>()).add(pending);
        submitCount++;
        submitBytes += pending.weight();
      } else {
        if (others.size() >= OTHERS_MAX) return false;
        others.add(pending);
      }
      if (resting) work.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the next {@link #drain} return even without commands: there may be something to claim. */
  void nudge() {
    lock.lock();
    try {
      nudged = true;
      if (resting) work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for work, then takes a batch of it: at most this many commands and bytes, but always one.
   *
   * @return null when closed and empty
   */
  @Nullable List<Pending> drain(int commandsMax, int bytesMax) throws InterruptedException {
    lock.lock();
    try {
      while (isEmpty() && !nudged) {
        if (closed) return null;
        resting = true;
        work.await();
        resting = false;
      }
      nudged = false;
      return take(commandsMax, bytesMax);
    } finally {
      lock.unlock();
    }
  }

  /** What is there now, without waiting. */
  List<Pending> poll(int commandsMax, int bytesMax) {
    lock.lock();
    try {
      nudged = false;
      return take(commandsMax, bytesMax);
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more; what is in is still drained. */
  void close() {
    lock.lock();
    try {
      closed = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return others.size() + submitCount;
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return others.isEmpty() && submitCount == 0;
  }

  private List<Pending> take(int commandsMax, int bytesMax) {
    var batch = new ArrayList<Pending>(Math.min(commandsMax, others.size() + submitCount));
    long bytes = 0;
    while (batch.size() < commandsMax && !isEmpty()) {
      var next = others.isEmpty() ? firstTenant().getValue().peekFirst() : others.peekFirst();
      if (next == null) throw new IllegalStateException("an empty queue was kept");
      if (!batch.isEmpty() && bytes + next.weight() > bytesMax) break;
      bytes += next.weight();
      batch.add(next);
      if (others.isEmpty()) takeSubmit(next);
      else others.removeFirst();
    }
    return batch;
  }

  /** Takes the first tenant's first, and sends the tenant to the end of the line. */
  private void takeSubmit(Pending taken) {
    var tenant = firstTenant();
    submits.remove(tenant.getKey());
    tenant.getValue().removeFirst();
    if (!tenant.getValue().isEmpty()) submits.put(tenant.getKey(), tenant.getValue());
    submitCount--;
    submitBytes -= taken.weight();
  }

  private Map.Entry<Integer, ArrayDeque<Pending>> firstTenant() {
    return submits.entrySet().iterator().next();
  }
}
