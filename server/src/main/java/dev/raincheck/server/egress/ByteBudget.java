package dev.raincheck.server.egress;

import java.util.concurrent.atomic.AtomicLong;

/** How much unfinished answers may hold together. */
final class ByteBudget {
  private final AtomicLong left;

  ByteBudget(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  boolean take(int bytes) {
    if (left.addAndGet(-bytes) >= 0) return true;
    give(bytes);
    return false;
  }

  void give(int bytes) {
    left.addAndGet(bytes);
  }

  long left() {
    return left.get();
  }
}
