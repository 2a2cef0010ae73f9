package dev.raincheck.server.event;

import dev.raincheck.pace.Alarms;
import dev.raincheck.server.http.Principal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of this node: how many there may be, their heartbeats, whether those who opened them still
 * may, and what is counted of them.
 */
public final class OpenStreams {
  private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Proxies cut what is silent for longer; a look may be a second late. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(15).minus(LOOK_EVERY);

  /** How many catch up at a time: who reads the store for streams leaves room for everyone else. */
  private static final int READERS_MAX = 16;

  private final int streamsMax;
  private final int perTenantMax;
  private final Predicate<Principal> standing;
  private final InstantSource clock;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<Integer, Integer> byTenant = new ConcurrentHashMap<>();
  private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
  private final Semaphore readers = new Semaphore(READERS_MAX);
  private final AtomicBoolean checking = new AtomicBoolean();
  private final LongAdder sent = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private final LongAdder turnedAway = new LongAdder();

  /**
   * @param streamsMax of all tenants together
   * @param perTenantMax of one tenant
   * @param standing whether who opened a stream would still be let in; may wait for the store
   * @param alarms time the heartbeats, until they are closed
   */
  public OpenStreams(
      int streamsMax,
      int perTenantMax,
      Predicate<Principal> standing,
      InstantSource clock,
      Alarms alarms) {
    this.streamsMax = streamsMax;
    this.perTenantMax = perTenantMax;
    this.standing = standing;
    this.clock = clock;
    beat(alarms);
  }

  private void beat(Alarms alarms) {
    try {
      // Heartbeats are writes: not for the thread that ends everybody's waits.
      var unused =
          alarms.after(LOOK_EVERY, () -> Thread.ofVirtual().name("heartbeats").start(() -> lookAround(alarms)));
    } catch (RejectedExecutionException closed) {
      LOG.debug("no more heartbeats: the server has stopped");
    }
  }

  private void lookAround(Alarms alarms) {
    try {
      var silentSince = clock.instant().minus(SILENCE_MAX).toEpochMilli();
      streams.forEach(stream -> stream.beat(silentSince));
    } catch (RuntimeException e) {
      LOG.warn("heartbeats failed", e);
    }
    beat(alarms);
    endWithCredentials();
  }

  /**
   * Whose key was revoked, or whose token or ticket has ended, comes back and is told so. The next look does
   * not wait for this one, because heartbeats must go on while the store does not answer.
   */
  private void endWithCredentials() {
    if (!checking.compareAndSet(false, true)) return;
    try {
      for (var stream : streams) if (!standing.test(stream.who())) stream.stop();
    } catch (RuntimeException e) {
      LOG.debug("whose streams must end cannot be told just now", e);
    } finally {
      checking.set(false);
    }
  }

  /** A place for one more stream, to be given back by {@link #leave}; or none. */
  boolean admit(int tenant) {
    if (open.incrementAndGet() <= streamsMax) {
      int ofTenant = byTenant.merge(tenant, 1, Integer::sum);
      if (ofTenant <= perTenantMax) return true;
      forget(tenant);
    }
    open.decrementAndGet();
    turnedAway.increment();
    return false;
  }

  void leave(int tenant) {
    forget(tenant);
    open.decrementAndGet();
  }

  private void forget(int tenant) {
    byTenant.computeIfPresent(tenant, this::oneLess);
  }

  private @Nullable Integer oneLess(Integer tenant, Integer count) {
    return count == 1 ? null : count - 1;
  }

  void opened(LiveStream stream) {
    streams.add(stream);
  }

  void closed(LiveStream stream, int tenant, boolean tooSlow) {
    streams.remove(stream);
    leave(tenant);
    if (tooSlow) cut.increment();
  }

  void sent(int events) {
    sent.add(events);
  }

  long now() {
    return clock.millis();
  }

  /** Runs a short read of the store, a few at a time. */
  <T> T reading(Supplier<T> read) {
    readers.acquireUninterruptibly();
    try {
      return read.get();
    } finally {
      readers.release();
    }
  }

  // ---- what metrics ask

  /** Streams open now. */
  public int open() {
    return open.get();
  }

  /** Events that were sent, one for each stream. */
  public long eventsSent() {
    return sent.sum();
  }

  /** Streams that were cut because their readers did not keep up. */
  public long readersCut() {
    return cut.sum();
  }

  /** Streams that were not opened because there were too many. */
  public long turnedAway() {
    return turnedAway.sum();
  }
}
