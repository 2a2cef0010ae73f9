package dev.raincheck.postgres;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where the search for what is due begins. While an old snapshot is open, what was due and has ended stays in the
 * index and would be passed over again at each search. Before the mark there is nothing: it is where the last
 * search found the first, and never so late that a batch under way then could still commit something earlier.
 * Once a minute the search begins at the beginning all the same.
 */
final class DueMark {
  /** Longer than a batch can be under way after its decisions. */
  static final long SLACK_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private static final long WHOLE_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanos;
  private volatile long mark;
  private long wholeAt;
  private boolean any;

  DueMark(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** For a search that may begin here, in milliseconds of the epoch. */
  long get() {
    return mark;
  }

  /** For the search that moves the mark. */
  synchronized long orWhole() {
    long now = nanos.getAsLong();
    if (any && now - wholeAt < WHOLE_EVERY_NANOS) return mark;
    any = true;
    wholeAt = now;
    return 0;
  }

  /**
   * @param at the store's clock at the search
   * @param first what was found, {@link Long#MAX_VALUE} for nothing
   */
  synchronized void found(long at, long first) {
    mark = Math.max(0, Math.min(first, at - SLACK_MILLIS));
  }

  /** This node has committed something that is due then. */
  void lower(long due) {
    if (due < mark) lowerTo(due);
  }

  private synchronized void lowerTo(long due) {
    mark = Math.min(mark, due);
  }
}
