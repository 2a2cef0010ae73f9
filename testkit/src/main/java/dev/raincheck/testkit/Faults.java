package dev.raincheck.testkit;

import dev.raincheck.ledger.OperationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong in a {@link FaultyStore}, and when. Calls and commits are counted from 1, so that
 * a test can let each of them fail in turn:
 *
 * {@snippet :
 * for (int n = 1; ; n++) {
 *   var faults = new Faults().atCall(n, Faults.Fault.CRASH);
 *   ...
 *   if (!faults.struck()) return; // ran to the end: each call has failed once
 * }
 * }
 *
 * Safe for use by several threads.
 */
public final class Faults {
  /** What may go wrong. */
  public enum Fault {
    /** The call throws a {@code StoreException} and does nothing. */
    FAIL,
    /** The process dies before the call. */
    CRASH,
    /** A commit stands, then the process dies. */
    CRASH_AFTER,
    /** A commit answers "again" and did nothing. */
    AGAIN,
    /** A commit answers that there is no room, and did nothing. */
    FULL,
    /** A commit answers "unsure" and did nothing. */
    UNSURE_LOST,
    /** A commit answers "unsure" and stands. */
    UNSURE_KEPT
  }

  private final Map<Integer, Fault> byCall = new HashMap<>();
  private final Map<Integer, Fault> byCommit = new HashMap<>();
  private final Set<OperationId> poisonous = new HashSet<>();
  private int calls;
  private int commits;
  private boolean struck;
  private boolean dead;

  /**
   * Lets the n-th call of the store fail: begin, every verb of a transaction, every read.
   *
   * @param fault {@code FAIL} or {@code CRASH}
   */
  public synchronized Faults atCall(int n, Fault fault) {
    if (fault != Fault.FAIL && fault != Fault.CRASH) {
      throw new IllegalArgumentException("a call fails with FAIL or CRASH, not " + fault);
    }
    byCall.put(n, fault);
    return this;
  }

  public synchronized Faults atCommit(int n, Fault fault) {
    byCommit.put(n, fault);
    return this;
  }

  /** A batch that saves this operation is refused as poison, whenever it comes. */
  public synchronized Faults poison(OperationId id) {
    poisonous.add(id);
    return this;
  }

  /** No further faults, and a dead process lives again. Counting goes on. */
  public synchronized void heal() {
    byCall.clear();
    byCommit.clear();
    poisonous.clear();
    dead = false;
  }

  public synchronized int calls() {
    return calls;
  }

  public synchronized int commits() {
    return commits;
  }

  /** Whether anything has gone wrong yet. */
  public synchronized boolean struck() {
    return struck;
  }

  synchronized @Nullable Fault nextCall() {
    if (dead) return Fault.CRASH;
    return strike(byCall.get(++calls));
  }

  synchronized @Nullable Fault nextCommit() {
    return strike(byCommit.get(++commits));
  }

  synchronized boolean poisonous(OperationId id) {
    boolean refused = poisonous.contains(id);
    struck |= refused;
    return refused;
  }

  private @Nullable Fault strike(@Nullable Fault fault) {
    struck |= fault != null;
    dead |= fault == Fault.CRASH || fault == Fault.CRASH_AFTER;
    return fault;
  }
}
