package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a node learns from its one regular question to a store that it shares: whether there is anything to
 * do. A nomination like every read: what it leads to looks again.
 *
 * @param renewed whether the lease was renewed; false if that was not asked, or the session is unknown
 * @param logEnd the position of the log's last segment; 0 if there is none
 * @param documents changes whenever a document did
 * @param nextDue the earliest moment at which something is or was due, or null
 * @param ready whether a queue that was asked about has an operation that may start
 * @param orphans whether an operation is under way whose owner has no lease
 * @param handedOver whether applications have handed over work or ends of operations
 */
public record Pulse(
    boolean renewed,
    long logEnd,
    long documents,
    @Nullable Instant nextDue,
    boolean ready,
    boolean orphans,
    boolean handedOver) {

  /**
   * @param owner the session that asks
   * @param lease how long its lease is to last from now on, or null to leave it as it is
   * @param queues of which to look for ready operations
   */
  public record Question(long owner, @Nullable Duration lease, Collection<String> queues) {}
}
