package dev.raincheck.operation;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A queue's share of this node: how many attempts it may run at a time, and the threads they run on. */
public final class Slots implements AutoCloseable {
  private static final int IDLE_THREAD_SECONDS = 30;

  /**
   * How a queue's share is used.
   *
   * @param limit how many attempts this node may run at a time
   * @param taken how many it runs or is about to
   */
  public record Use(String queue, int limit, int taken) {}

  private final String queue;
  private final int limit;
  private final ExecutorService threads;
  private int taken;
  private boolean more = true; // Until a claim comes back short, there may be ready work.

  Slots(String queue, int limit, OperationType.Threads kind) {
    this.queue = queue;
    this.limit = limit;
    this.threads =
        switch (kind) {
          case PLATFORM -> platform(queue, limit);
          case VIRTUAL ->
              Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(queue + "-", 0).factory());
        };
  }

  private static ExecutorService platform(String queue, int limit) {
    var pool =
        new ThreadPoolExecutor(
            limit, limit, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
            Thread.ofPlatform().name(queue + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  String queue() {
    return queue;
  }

  /**
   * How many free slots to ask work for, and takes them: all if work may be waiting, else no more than the
   * batch brings, so that the next one finds some while this one's claim is still under way.
   */
  synchronized int reserve(int fed) {
    int free = limit - taken;
    int wanted = more ? free : Math.min(free, fed);
    taken += wanted;
    return wanted;
  }

  /** A claim came back: of the slots that it reserved, this many are used. */
  synchronized void claimed(int reserved, int used) {
    taken -= reserved - used;
    if (used < reserved) more = false;
  }

  /** A slot is free again; true if there is work that waits for it. */
  synchronized boolean free() {
    taken--;
    return more;
  }

  /** There is ready work; true if a slot is free for it. */
  synchronized boolean offer() {
    more = true;
    return taken < limit;
  }

  synchronized Use use() {
    return new Use(queue, limit, taken);
  }

  void run(Runnable task) {
    threads.execute(task);
  }

  /** Handlers that do not end when they are told are left behind: their attempts are no longer ours. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
