package dev.raincheck.server.auth;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer as this node knows them. They are read again in the background; what is
 * known goes on working while the issuer is away, for a day. A key that nobody knows has them read
 * at once, but however many such tokens come, the issuer is asked once in {@link #ASK_EVERY}.
 */
final class IssuerKeys {
  /** The least time between two tries, successful or not. */
  static final Duration ASK_EVERY = Duration.ofSeconds(10);

  /** Keys that could not be confirmed for so long are no longer believed. */
  static final Duration BELIEVED_FOR = Duration.ofDays(1);

  /** How long a request waits for keys to come, and how many requests may. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int PATIENT_MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);

  private final String name;
  private final Supplier<CompletionStage<KeySource.Read>> source;
  private final Duration refresh;
  private final InstantSource clock;
  private final Reads reads;
  private final Semaphore patient = new Semaphore(PATIENT_MAX);
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Known known;
  private @Nullable Instant asked; // guarded by lock, as what follows
  private @Nullable CompletableFuture<Void> underWay;
  private boolean failing;

  private record Known(KeySet set, Instant confirmed) {}

  /** Told how each reading ended. */
  @FunctionalInterface
  interface Reads {
    void ended(boolean well);
  }

  /**
   * @param name of the issuer, for the log
   * @param refresh after which time keys are read again
   */
  IssuerKeys(
      String name,
      Supplier<CompletionStage<KeySource.Read>> source,
      Duration refresh,
      InstantSource clock,
      Reads reads) {
    this.name = name;
    this.source = source;
    this.refresh = refresh;
    this.clock = clock;
    this.reads = reads;
  }

  /** What may be believed now; null if nothing. */
  @Nullable KeySet current() {
    var now = clock.instant();
    var all = known;
    return all == null || isOver(all.confirmed(), BELIEVED_FOR, now) ? null : all.set();
  }

  /** Has the keys read if it is time; does not wait for them. */
  void refreshIfDue(Instant now) {
    var all = known;
    if (all == null || isOver(all.confirmed(), refresh, now)) ask(now);
  }

  /** The keys after they have been read anew, if they may be; as they are, if not, or not in time. */
  @Nullable KeySet newer() {
    if (!patient.tryAcquire()) return current();
    try {
      var coming = ask(clock.instant());
      if (coming != null) coming.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException late) {
      LOG.debug("the keys of {} are not there in time", name, late);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      patient.release();
    }
    return current();
  }

  /** The reading that is under way, or a new one if the last is long enough ago; else null. */
  private @Nullable CompletableFuture<Void> ask(Instant now) {
    CompletableFuture<Void> coming;
    lock.lock();
    try {
      if (underWay != null) return underWay;
      if (asked != null && !isOver(asked, ASK_EVERY, now)) return null;
      asked = now;
      underWay = coming = new CompletableFuture<>();
    } finally {
      lock.unlock();
    }
    start()
        .whenComplete(
            (read, failure) -> {
              taken(read == null ? new KeySource.Read.Failed(String.valueOf(failure)) : read, now);
              coming.complete(null);
            });
    return coming;
  }

  private CompletionStage<KeySource.Read> start() {
    try {
      return source.get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedStage(failure); // Else nobody would ever ask again.
    }
  }

  /** A clock that was set back must not keep us from asking. */
  private static boolean isOver(Instant since, Duration time, Instant now) {
    return now.isBefore(since) || !now.isBefore(since.plus(time));
  }

  private void taken(KeySource.Read read, Instant when) {
    boolean before;
    boolean well = read instanceof KeySource.Read.Keys;
    lock.lock();
    try {
      if (read instanceof KeySource.Read.Keys(var set)) known = new Known(set, when);
      before = failing;
      failing = !well;
      underWay = null;
    } finally {
      lock.unlock();
    }
    reads.ended(well);
    tell(read, before);
  }

  /** A line when it begins to fail and when it is over, not one for each try. */
  private void tell(KeySource.Read read, boolean failedBefore) {
    switch (read) {
      case KeySource.Read.Keys(var set) -> {
        if (failedBefore) LOG.info("the keys of the issuer {} can be read again", name);
        if (set.size() == 0) LOG.warn("the issuer {} has no keys that can be used", name);
      }
      case KeySource.Read.Failed(var why) -> {
        if (failedBefore) {
          LOG.debug("the keys of the issuer {} still cannot be read: {}", name, why);
        } else if (current() == null) {
          LOG.warn("no tokens of the issuer {} can be checked: {}", name, why);
        } else {
          LOG.warn("the known keys of the issuer {} go on working, new ones cannot be read: {}", name, why);
        }
      }
    }
  }
}
