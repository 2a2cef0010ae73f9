package dev.raincheck.server.auth;

import dev.raincheck.server.config.RateLimit;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one credential has used on this node: requests of the current window, and waits under way.
 * Windows are fixed, but those of different credentials begin at different times, so that clients
 * who obey do not come back all at once. Safe for use by several threads.
 */
public final class Quota {
  private final RateLimit limit;
  private final int waitsMax;
  private final long phaseMillis;
  private final AtomicLong state = new AtomicLong(); // window number, then the requests in it
  private final AtomicInteger waits = new AtomicInteger();

  Quota(RateLimit limit, int waitsMax, int phase) {
    this.limit = limit;
    this.waitsMax = waitsMax;
    this.phaseMillis = Math.floorMod((long) phase, limit.window().toMillis());
  }

  /**
   * How a request was counted.
   *
   * @param remaining requests left in the window
   * @param resetSeconds until the next window, rounded up, so at least 1
   * @param over whether it was one too many
   */
  public record Spent(int remaining, long resetSeconds, boolean over) {}

  public RateLimit limit() {
    return limit;
  }

  /** Counts a request. */
  Spent spend(Instant now) {
    long time = now.toEpochMilli() + phaseMillis;
    long length = limit.window().toMillis();
    long window = Math.floorDiv(time, length);
    long left = (window + 1) * length - time;
    int used = count((int) window);
    return new Spent(
        Math.max(0, limit.requests() - used), (left + 999) / 1000, used > limit.requests());
  }

  /** One more in this window; never more than one over the limit, so that it cannot overflow. */
  private int count(int window) {
    while (true) {
      long before = state.get();
      int known = (int) (before >>> 32) == window ? (int) before : 0;
      int used = Math.min(known, limit.requests()) + 1;
      if (state.compareAndSet(before, (long) window << 32 | used)) return used;
    }
  }

  /**
   * A place among the requests of this credential that wait; empty if all are taken. To be closed
   * when the wait is over.
   */
  public Optional<WaitPermit> tryWait() {
    while (true) {
      int before = waits.get();
      if (before >= waitsMax) return Optional.empty();
      if (waits.compareAndSet(before, before + 1)) return Optional.of(new WaitPermit(waits));
    }
  }

  /** Whether forgetting it would change nothing. */
  boolean isIdle(Instant now) {
    long window = Math.floorDiv(now.toEpochMilli() + phaseMillis, limit.window().toMillis());
    return waits.get() == 0 && (int) (state.get() >>> 32) != (int) window;
  }
}
