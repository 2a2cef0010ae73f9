package dev.raincheck.operation;

import dev.raincheck.ledger.Pulse;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one regular question of a node to a store that it shares. It keeps the lease, and ends the rest of
 * those who have something to do: so a node at rest asks the database little, and yet nothing waits for a
 * hint of another node that was lost.
 */
final class Heartbeat {
  static final Duration EVERY = Duration.ofSeconds(2);

  /** After so many questions without any commit in between, the cluster rests: each chore has had its turn since. */
  private static final int QUIET_AFTER = 6;

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  private final Store.Shared store;
  private final Lease lease;
  private final long owner;
  private final List<Consumer<Pulse>> actions = new CopyOnWriteArrayList<>();
  private volatile @Nullable Pulse last;
  private volatile boolean away;
  private volatile int unchanged;

  Heartbeat(Store.Shared store, Lease lease, long owner) {
    this.store = store;
    this.lease = lease;
    this.owner = owner;
  }

  /** Before the first: told of each answer, on the thread that keeps the lease: hand over and return. */
  void each(Consumer<Pulse> action) {
    actions.add(action);
  }

  int runOnce(Instant now) {
    boolean renews = lease.isDue();
    Pulse pulse;
    try {
      pulse = store.pulse(new Pulse.Question(owner, renews ? Lease.LENGTH : null));
    } catch (StoreException e) {
      if (!away) LOG.warn("the store does not answer: {}", e.getMessage());
      away = true;
      return 0;
    }
    boolean wasAway = away;
    if (wasAway) LOG.info("the store answers again");
    away = false;
    if (pulse.renewed()) lease.renewed();
    else if (renews) keepLease();
    var before = last;
    boolean moved = wasAway || before == null || before.logEnd() != pulse.logEnd();
    unchanged = moved ? 0 : unchanged + 1;
    last = pulse;
    actions.forEach(action -> action.accept(pulse));
    return 0;
  }

  /** The store has forgotten the session: the ledger makes it anew. */
  private void keepLease() {
    var unused = lease.renew();
  }

  /** Whether the store did not answer when it was asked last. */
  boolean isAway() {
    return away;
  }

  /** Whether something was committed since the answer before the last, or may have been. */
  boolean hasMoved() {
    return unchanged == 0;
  }

  /** Whether nobody has committed anything for a while: then there is nothing to count or to clean up. */
  boolean isQuiet() {
    return unchanged >= QUIET_AFTER;
  }
}
