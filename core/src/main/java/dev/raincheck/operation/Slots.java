package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Outcome.Claimed.Limit;
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
  private final int clusterLimit;
  private int taken;
  private Asking asking = Asking.FOR_ALL; // whatever an earlier process left
  private boolean endedSince; // the last claim was made

  /** What the last claim taught about the next one. */
  private enum Asking {
    /** There is ready work. */
    FOR_ALL,
    /** Others may have left some. A part of what is free finds out: all of it would be missed by what is new meanwhile. */
    TO_SEE,
    /** A claim came back short: there is only what comes from now on. */
    FOR_NEW,
    /** As many run in the cluster as may: nothing, until one ends here or it is this node's time to look. */
    AT_LIMIT,
    /** Nothing, until a pause is over. */
    PAUSED
  }

  /** What to do about a slot that is free again. */
  enum Next {
    /** Nothing waits for it. */
    REST,
    /** Claim. */
    CLAIM,
    /** Claim: others may wait for the room that it leaves. */
    CLAIM_SHARED
  }

  /** @param clusterLimit {@link Command.Claim#limit} */
  Slots(String queue, int limit, int clusterLimit, OperationType.Threads kind) {
    this.queue = queue;
    this.limit = limit;
    this.clusterLimit = clusterLimit;
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
    int wanted =
        switch (asking) {
          case FOR_ALL -> free;
          case TO_SEE -> Math.min(free, fed + (free + 3) / 4);
          case FOR_NEW -> Math.min(free, fed);
          case AT_LIMIT, PAUSED -> 0;
        };
    taken += wanted;
    if (wanted > 0) endedSince = false;
    return wanted;
  }

  /** A claim of so many reserved slots; to be told to {@link #claimed}. */
  synchronized Command.Claim claim(long owner, int reserved) {
    return new Command.Claim(queue, owner, reserved, clusterLimit, asking == Asking.FOR_NEW);
  }

  /** A claim came back: of the slots that it reserved, this many are used. True if it is out of date already. */
  synchronized boolean claimed(int reserved, int used, Limit said) {
    taken -= reserved - used;
    switch (said) {
      case OPEN -> {
        if (used < reserved) asking = Asking.FOR_NEW;
        else if (asking == Asking.TO_SEE) asking = Asking.FOR_ALL;
      }
      // Room that an end has made since would be seen by nobody.
      case REACHED -> asking = endedSince ? Asking.FOR_ALL : Asking.AT_LIMIT;
      case BUSY -> asking = Asking.PAUSED;
    }
    return said == Limit.REACHED && endedSince;
  }

  /** A slot is free again. */
  synchronized Next free() {
    taken--;
    endedSince = true;
    return switch (asking) {
      case FOR_ALL, TO_SEE -> Next.CLAIM;
      case AT_LIMIT -> {
        asking = Asking.FOR_ALL;
        yield Next.CLAIM_SHARED;
      }
      case FOR_NEW, PAUSED -> Next.REST;
    };
  }

  /** There is new ready work; true if a slot is free for it. */
  synchronized boolean offer() {
    return switch (asking) {
      case FOR_ALL, TO_SEE, FOR_NEW -> ask();
      case AT_LIMIT, PAUSED -> false;
    };
  }

  /** It is time to look for work, whatever the last claim taught; true if a slot is free for it. */
  synchronized boolean look() {
    if (asking == Asking.PAUSED) return false;
    if (asking != Asking.FOR_ALL) asking = Asking.TO_SEE;
    return taken < limit;
  }

  /** Whether the last claim found as many running in the cluster as may. */
  synchronized boolean isAtLimit() {
    return asking == Asking.AT_LIMIT;
  }

  /** Asks for nothing until {@link #resume}. */
  synchronized void pause() {
    asking = Asking.PAUSED;
  }

  /** A pause is over; true if a slot is free. */
  synchronized boolean resume() {
    return ask();
  }

  private boolean ask() {
    asking = Asking.FOR_ALL;
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
