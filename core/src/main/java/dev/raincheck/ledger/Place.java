package dev.raincheck.ledger;

import org.jspecify.annotations.Nullable;

/** What of an operation never changes, so that it may be read without a lock to learn what else to lock. */
public record Place(int tenant, Key.@Nullable Lane lane, @Nullable OperationId parent) {
  public static Place of(Operation operation) {
    var submission = operation.submission();
    return new Place(submission.tenant(), submission.laneKey(), submission.parent());
  }
}
