package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * This process's lease. It also tells whether the store was away of late: then every other lease may have
 * lapsed for no fault of its owner, who gets the length of one to come back before anyone takes over.
 */
final class Lease {
  /** How long it lasts, and how often it is renewed: two renewals may fail. */
  static final Duration LENGTH = Duration.ofSeconds(15);

  static final Duration RENEW_EVERY = Duration.ofSeconds(5);

  private final Ledger ledger;
  private final long owner;
  private final LongSupplier nanos;
  private long renewedAt;
  private boolean holdsOff;
  private long heldOffSince;

  Lease(Ledger ledger, long owner, LongSupplier nanos) {
    this.ledger = ledger;
    this.owner = owner;
    this.nanos = nanos;
    renewedAt = nanos.getAsLong();
  }

  /** Asks for a renewal; whoever needs it can wait for its outcome. */
  CompletableFuture<Outcome> renew() {
    return ledger
        .hand(new Command.Renew(owner, LENGTH))
        .whenComplete((outcome, failure) -> { if (outcome instanceof Outcome.Written) renewed(); });
  }

  /** Whether to renew it with the next {@link Heartbeat}, rather than with the one after that. */
  synchronized boolean isDue() {
    return nanos.getAsLong() - renewedAt > RENEW_EVERY.minus(Heartbeat.EVERY).toNanos();
  }

  /** The store has said so. */
  synchronized void renewed() {
    long now = nanos.getAsLong();
    if (now - renewedAt > LENGTH.toNanos()) {
      holdsOff = true;
      heldOffSince = now;
    }
    renewedAt = now;
  }

  /** Whether leases of others that have lapsed can be trusted to mean that their owners are gone. */
  synchronized boolean othersHadTheirChance() {
    long now = nanos.getAsLong();
    if (now - renewedAt > LENGTH.toNanos()) return false;
    if (holdsOff && now - heldOffSince >= LENGTH.toNanos()) holdsOff = false;
    return !holdsOff;
  }

  /** Ends it: others may take over at once. */
  void end() {
    var unused = ledger.hand(new Command.Renew(owner, Duration.ZERO));
  }
}
