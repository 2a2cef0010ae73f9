package dev.raincheck.server.auth;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A place of one waiting request. Closing it twice frees it once. */
public final class WaitPermit implements AutoCloseable {
  private final AtomicInteger taken;
  private final AtomicBoolean closed = new AtomicBoolean();

  WaitPermit(AtomicInteger taken) {
    this.taken = taken;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) taken.decrementAndGet();
  }
}
