package dev.raincheck.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a store keeps under a {@link Key}. All but {@link Chunk} are saved whole: insert or replace. */
public sealed interface Row permits Operation, Row.Tombstone, Row.Owner, Row.Doc, Row.Idem, Row.Lane, Row.Chunk {
  /** What is left of an operation that was deleted or has expired: enough to answer 410. */
  record Tombstone(OperationId id, int tenant, Instant until) implements Row {}

  /** A session that holds leases, alive until {@code leaseUntil} by the store's clock. */
  record Owner(Key.Owner key, Instant leaseUntil) implements Row {}

  /** A document and its version, from 1. */
  record Doc(Key.Doc key, long version, byte[] body) implements Row {}

  /**
   * A remembered key of idempotency.
   *
   * @param fingerprint SHA-256 of the request that it was first used with; empty means "any request"
   * @param until when it may be forgotten, unless its operation still stands
   */
  record Idem(Key.Idem key, byte[] fingerprint, OperationId operation, Instant until) implements Row {}

  /**
   * A lane.
   *
   * @param limit how many of its operations may be admitted at a time
   * @param admitted how many are: ready, running, waiting, or between attempts
   * @param tail the turn given last; the blocked ones follow in the order of their turns
   */
  record Lane(Key.Lane key, int limit, int admitted, long tail) implements Row {}

  /** A piece of log or partial output. Insert only, guarded by its operation's lock. */
  record Chunk(OperationId operation, int version, Instant at, Kind kind, @Nullable String mediaType, byte[] body)
      implements Row {
    /** What the bytes are: JSON log lines, or output of the given media type. */
    public enum Kind {
      LOG,
      OUTPUT
    }
  }
}
