package dev.raincheck.server.egress;

import java.util.concurrent.atomic.AtomicLong;

/** How much unfinished answers may hold together. */
final class ByteBudget {
  private final long max;
  private final AtomicLong taken = new AtomicLong();

  ByteBudget(long max) {
    this.max = max;
  }

  boolean take(int bytes) {
    if (taken.addAndGet(bytes) <= max) return true;
    give(bytes);
    return false;
  }

  void give(int bytes) {
    taken.addAndGet(-bytes);
  }

  long taken() {
    return taken.get();
  }
}
