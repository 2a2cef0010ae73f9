package dev.raincheck.server.target;

import dev.raincheck.ledger.OperationId;
import java.time.Instant;

/**
 * What a call back may do: end one attempt of one operation. It is in the URL that a target gets,
 * and is all the credential that the target needs.
 *
 * @param tenant whose operation it is, and whose a long result will be
 * @param epoch of the attempt; a later attempt has another
 * @param until the attempt's deadline, to the second
 * @param resultMax bytes that its result may have
 */
public record CallbackToken(
    int tenant, OperationId operation, long epoch, Instant until, long resultMax) {
  public boolean isOver(Instant now) {
    return !now.isBefore(until);
  }
}
