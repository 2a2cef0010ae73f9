package dev.raincheck.server.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Rests between two polls. */
@FunctionalInterface
interface Pause {
  void rest(Duration duration) throws InterruptedException;

  /** Real time. Ctrl-C ends the process, and with it the rest. */
  static void forReal(Duration duration) throws InterruptedException {
    boolean ended = new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
    assert !ended : "nobody counts down";
  }
}
