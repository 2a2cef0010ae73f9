package dev.raincheck.ledger;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tells what was committed, batch after batch, while the writer is already at the next one. Bounded: a
 * writer that is far ahead of what can be told waits. Until {@link #start}, everything is told at once.
 */
final class Publisher {
  private static final int AHEAD_MAX = 8;
  private static final Runnable END = () -> {};

  private final BlockingQueue<Runnable> batches = new ArrayBlockingQueue<>(AHEAD_MAX);
  private @Nullable Thread thread;

  void start() {
    thread = Thread.ofPlatform().name("publisher").start(this::run);
  }

  /** Called by the writer only, so that order is kept. */
  void publish(Runnable batch) {
    if (thread == null) batch.run();
    else put(batch);
  }

  /** Returns when everything is told. Called after the writer has ended. */
  void close() {
    var running = thread;
    if (running == null) return;
    put(END);
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void put(Runnable batch) {
    boolean interrupted = false;
    for (; ; ) {
      try {
        batches.put(batch);
        break;
      } catch (InterruptedException e) {
        interrupted = true; // What is committed must be told.
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void run() {
    try {
      for (var batch = batches.take(); batch != END; batch = batches.take()) batch.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
