package dev.raincheck.ledger;

import java.util.List;
import java.util.Map;

/**
 * What was there.
 *
 * @param rows by key; under an {@link OperationId} either the operation or its tombstone. With an operation comes
 *     its {@link Row.Completion}, if an application has recorded one, although nobody asked for it
 * @param blocked per lane, in turn
 * @param running how many attempts are under way in each queue of {@link LockPlan#ifFree} that was free, counted
 *     after its lock was granted; a queue that another node holds is absent
 */
public record Loaded(Map<Key, Row> rows, Map<Key.Lane, List<Operation>> blocked, Map<String, Integer> running) {
  public Loaded(Map<Key, Row> rows, Map<Key.Lane, List<Operation>> blocked) {
    this(rows, blocked, Map.of());
  }

  /** How many operations a claim may need: its limit's room, were all to end that this batch has loaded. */
  int room(Command.Claim claim) {
    if (!claim.isLimited()) return claim.slots();
    var count = running.get(claim.queue());
    if (count == null) return 0;
    long mayEnd =
        rows.values().stream()
            .filter(row -> row instanceof Operation operation && operation.runsIn(claim.queue()))
            .count();
    return Math.clamp(claim.limit() - count + mayEnd, 0, claim.slots());
  }
}
