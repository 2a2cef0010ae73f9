package dev.raincheck.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a store keeps under a {@link Key}. All but {@link Chunk} are saved whole: insert or replace. */
public sealed interface Row
    permits Operation, Row.Tombstone, Row.Owner, Row.Doc, Row.Idem, Row.Lane, Row.Chunk, Row.HandedOver, Row.Completion {
  /**
   * What is left of an operation that was deleted or has expired: enough to answer 410.
   *
   * @param sameAs the operation that this id means, when it was handed over under a key that was used already;
   *     null otherwise, and always in a store without application transactions
   */
  record Tombstone(OperationId id, int tenant, Instant until, @Nullable OperationId sameAs) implements Row {
    public Tombstone(OperationId id, int tenant, Instant until) {
      this(id, tenant, until, null);
    }
  }

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

  /** Something is handed over under this key. Applications put it there; the ledger only removes it. */
  record HandedOver(Key.HandedOver key) implements Row {}

  /**
   * An application's own record that an attempt has done its work, committed with its data. Removed by the batch
   * that decides it.
   */
  record Completion(Key.Completion key, long epoch, @Nullable Payload result) implements Row {}
}
