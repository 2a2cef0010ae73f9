package dev.raincheck.pace;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when chores run: again at once while they find work, else after their rest. A nudge only ends a
 * rest early; without any, everything still happens, a little later. One platform thread for all of them.
 */
public final class Pacemaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pacemaker.class);

  private final InstantSource clock;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition nudged = lock.newCondition();
  private final List<Beat> beats = new ArrayList<>();
  private final long started = System.nanoTime(); // How long to rest, never what time it is.
  private @Nullable Thread thread;
  private boolean closing;

  public Pacemaker(String name, InstantSource clock) {
    this.name = name;
    this.clock = clock;
  }

  /** Before {@link #start}: adds a chore; what is returned ends its rest when run. */
  public Runnable every(Duration rest, String what, Chore chore) {
    var beat = new Beat(rest, what, chore);
    beats.add(beat);
    return () -> wake(beat);
  }

  public void start() {
    thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /** Waits for the pass in progress instead of interrupting it in the middle of a transaction. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      nudged.signalAll();
    } finally {
      lock.unlock();
    }
    var running = thread;
    if (running == null) return;
    try {
      running.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake(Beat beat) {
    lock.lock();
    try {
      beat.nextAt = Long.MIN_VALUE;
      nudged.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    for (var beat = next(); beat != null; beat = next()) pass(beat);
  }

  /** Rests until a chore is due; null when closing. */
  private @Nullable Beat next() {
    lock.lock();
    try {
      for (; ; ) {
        if (closing) return null;
        var first = beats.getFirst();
        for (var beat : beats) if (beat.nextAt < first.nextAt) first = beat;
        long now = System.nanoTime() - started;
        if (first.nextAt <= now) {
          // Set before the pass, so that a nudge during the pass is not lost.
          first.nextAt = now + first.rest.toNanos();
          return first;
        }
        long left = nudged.awaitNanos(first.nextAt - now);
        if (left > 0) LOG.trace("woken {} ns early", left);
      }
    } catch (InterruptedException e) {
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void pass(Beat beat) {
    try {
      if (beat.chore.runOnce(clock.instant()) > 0) wake(beat);
    } catch (RuntimeException e) {
      LOG.warn("the chore '{}' failed; it is tried again after its rest", beat.what, e);
    }
  }

  private static final class Beat {
    private final Duration rest;
    private final String what;
    private final Chore chore;
    private long nextAt = Long.MIN_VALUE;

    private Beat(Duration rest, String what, Chore chore) {
      this.rest = rest;
      this.what = what;
      this.chore = chore;
    }
  }
}
