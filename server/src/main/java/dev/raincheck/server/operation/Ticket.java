package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import java.time.Instant;
import java.util.Set;

/**
 * The right to one operation for a while, whoever holds it.
 *
 * @param maker names the credential that made it: when that ends, so does the ticket
 * @param until from then on it is refused; in milliseconds
 */
record Ticket(
    OperationId operation, int tenant, String maker, Set<TicketScope> scopes, Instant until) {
  Ticket {
    scopes = Set.copyOf(scopes);
  }
}
