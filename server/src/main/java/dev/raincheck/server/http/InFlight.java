package dev.raincheck.server.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts requests between their header and the end of their answer. */
final class InFlight {
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition quiet = lock.newCondition();

  /** How many are running with this one; those that wait for something do not count. */
  int begin() {
    all.incrementAndGet();
    return running.incrementAndGet();
  }

  void waits() {
    running.decrementAndGet();
  }

  void runsAgain() {
    running.incrementAndGet();
  }

  void end() {
    running.decrementAndGet();
    if (all.decrementAndGet() > 0) return;
    lock.lock();
    try {
      quiet.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean awaitQuiet(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (all.get() > 0) {
        if (left <= 0) return false;
        left = quiet.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  int count() {
    return all.get();
  }
}
