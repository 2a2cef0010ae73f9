package dev.raincheck.pace;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Ends waits in time. One thread; what it runs must only hand over. */
public final class Alarms implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;

  public Alarms() {
    timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("alarms").factory());
    timer.setRemoveOnCancelPolicy(true); // Most waits end before their alarm.
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs the action after a while; what is returned calls it off. */
  public Runnable after(Duration delay, Runnable action) {
    var alarm = timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> alarm.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
