package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be asked of the ledger: everything that changes state, configuration included. */
public sealed interface Command {

  /** A call by whoever runs an attempt, fenced by the attempt's epoch: a stale one changes nothing. */
  sealed interface OfAttempt extends Command {
    OperationId operation();

    long epoch();
  }

  /**
   * New work. A retry is one, too: its submission says what it retries.
   *
   * @param key the key of idempotency, or null
   * @param fingerprint of the request, compared when the key is known
   */
  record Submit(OperationId id, Submission submission, Key.@Nullable Idem key, byte[] fingerprint) implements Command {}

  /**
   * Work that an application handed over in a transaction of its own; what it left goes with the same commit,
   * so that one operation comes of it, whoever nominates it and how often.
   *
   * @param failure why the operation can only fail, or null: the application cannot be refused any more
   */
  record TakeOver(Submit submit, @Nullable Failure failure) implements Command {}

  /** What a submit with this key and request would find, without being one. */
  record Recall(Key.Idem key, byte[] fingerprint) implements Command {}

  /** Publishes events, all or none: each gets the next offset of its topic's stream. */
  record Publish(int tenant, List<Fact> facts) implements Command {}

  /**
   * A chore saw these rows of the outbox, all that there were up to the last of them. Those that are still
   * there are published and taken out of it; those that cannot be are set aside.
   *
   * @param rows their numbers, ascending
   * @param tenants numbers of tenants by name
   * @param complete whether there are no other tenants; else a row of another one is left where it is
   */
  record MoveOutbox(List<Long> rows, Map<String, Integer> tenants, boolean complete) implements Command {
    /** How many bytes of data a chore may ask for at a time, beyond the first row. */
    public static final int BYTES_MAX = 256 << 10;
  }

  /**
   * Starts attempts for ready operations of a queue, first in rank first.
   *
   * @param slots how many at most
   * @param limit how many attempts of the queue may run at a time in the whole cluster; {@link #NO_LIMIT} for none
   * @param newOnly whether nothing else is known to be ready but what the batch makes so: then the store is not
   *     asked, which saves a round trip in most batches of a queue that keeps up
   */
  record Claim(String queue, long owner, int slots, int limit, boolean newOnly) implements Command {
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    public Claim(String queue, long owner, int slots, int limit) {
      this(queue, owner, slots, limit, false);
    }

    public Claim(String queue, long owner, int slots) {
      this(queue, owner, slots, NO_LIMIT);
    }

    /** Whether what runs on all nodes must be counted, under the queue's lock. */
    public boolean isLimited() {
      return limit != NO_LIMIT;
    }
  }

  /** The work is done. {@code result} is null when it gives none. */
  record Complete(OperationId operation, long epoch, @Nullable Payload result) implements OfAttempt {}

  /** The handler says that it completed the operation in a transaction of its application: so it must stand by now. */
  record Confirm(OperationId operation, long epoch) implements OfAttempt {}

  /**
   * The attempt failed; whether another one follows is decided here.
   *
   * @param retry whether another attempt may help
   * @param retryAfter the pause that the handler or target asked for, instead of the backoff
   */
  record Fail(OperationId operation, long epoch, Failure failure, boolean retry, @Nullable Duration retryAfter)
      implements OfAttempt {}

  /** Gives the attempt back at no cost: a snooze, a drain, a target known to be down. */
  record Release(OperationId operation, long epoch, Duration pause) implements OfAttempt {}

  /** The handler returned, and will complete later by calling back: no lease holds the attempt from now on. */
  record Detach(OperationId operation, long epoch) implements OfAttempt {}

  /** A sign of life, and how far the work has come, if it said. */
  record Report(OperationId operation, long epoch, @Nullable Progress progress) implements OfAttempt {}

  /** A piece of log or partial output. */
  record Append(OperationId operation, long epoch, Row.Chunk.Kind kind, @Nullable String mediaType, byte[] body)
      implements OfAttempt {}

  /** A durable function rests. */
  record Suspend(OperationId operation, long epoch, List<Wait> until) implements OfAttempt {}

  /** Something from outside that a waiting operation may want. */
  record Signal(int tenant, OperationId operation, String name) implements Command {}

  /**
   * Ends the operation, or asks its attempt to end.
   *
   * @param ifRevision the revision that it must have, or null
   */
  record Cancel(int tenant, OperationId operation, @Nullable String reason, @Nullable Long ifRevision)
      implements Command {}

  /** Purges a finished operation and leaves a tombstone. */
  record Delete(int tenant, OperationId operation, @Nullable Long ifRevision) implements Command {}

  /** A chore saw that something may be due. It read without locks, so this is only a nomination. */
  record Look(OperationId operation) implements Command {}

  /** A chore saw that the lease of an attempt's owner is over. A nomination, too. */
  record Lost(OperationId operation, long owner) implements Command {}

  /** A chore saw that a key of idempotency may be forgotten. */
  record Forget(Key.Idem key, OperationId operation) implements Command {}

  /** Forgets what the log told before a moment. Each stream keeps its last segment, so that offsets go on. */
  record Trim(Instant before) implements Command {}

  /** Keeps a session's leases. */
  record Renew(long owner, Duration lease) implements Command {}

  /** The new work that this command brings, or null. */
  default @Nullable Submit newWork() {
    return this instanceof Submit submit ? submit : this instanceof TakeOver(var submit, _) ? submit : null;
  }

  /**
   * Changes a document.
   *
   * @param ifVersion the version that it must have; 0 when it must not exist
   * @param body null to remove it
   */
  record Put(Key.Doc doc, long ifVersion, byte @Nullable [] body) implements Command {}
}
