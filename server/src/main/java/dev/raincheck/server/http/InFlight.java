package dev.raincheck.server.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts requests between their header and the end of their answer. */
final class InFlight {
  /** Long bodies under way at a time, in each direction: each holds a thread and some buffers. */
  private static final int STREAMS_MAX = 512;

  private final Semaphore uploads = new Semaphore(STREAMS_MAX);
  private final Semaphore downloads = new Semaphore(STREAMS_MAX);
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

  /** Room for one more long body that comes in; false without. */
  boolean beginUpload() {
    return uploads.tryAcquire();
  }

  void endUpload() {
    uploads.release();
  }

  /** Room for one more long body that goes out; false without. */
  boolean beginDownload() {
    return downloads.tryAcquire();
  }

  void endDownload() {
    downloads.release();
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
