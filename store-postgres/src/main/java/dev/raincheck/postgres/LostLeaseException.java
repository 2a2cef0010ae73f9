package dev.raincheck.postgres;

import dev.raincheck.ledger.OperationId;

/**
 * The attempt is over (timed out, given to another node, ended) or has been completed before, so its result will not
 * be recorded. Roll the transaction back: what it changed belongs to an attempt that no longer counts. PostgreSQL
 * does so in any case, even if it is told to commit.
 */
public final class LostLeaseException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LostLeaseException(OperationId operation, long epoch, Throwable cause) {
    super("attempt with epoch %d of %s is over; roll the transaction back".formatted(epoch, operation), cause);
  }
}
