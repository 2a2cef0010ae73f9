package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for: everything about an operation that never changes after it was accepted.
 *
 * @param queue where it waits; by default named as its type
 * @param lane the key that it shares with others, or null
 * @param laneLimit how many of the lane may be under way at a time; 1 is "in order"
 * @param priority 0 (first) to 9
 * @param runAt not before this moment, or null
 * @param startBy fails as {@code expired} if not started by then, or null
 * @param deadline from acceptance; null takes the promise's
 * @param correlationId the business case, or null for the operation's own id
 * @param causationId what caused it, or null for a client's
 * @param idempotencyKey as the client sent it, for the handler's use
 */
public record Submission(
    int tenant,
    String type,
    String queue,
    @Nullable String lane,
    int laneLimit,
    int priority,
    @Nullable Instant runAt,
    @Nullable Instant startBy,
    @Nullable Duration deadline,
    @Nullable Payload input,
    Map<String, String> metadata,
    List<String> tags,
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String traceparent,
    @Nullable String idempotencyKey,
    @Nullable OperationId parent,
    @Nullable OperationId retryOf,
    Promise promise) {

  public Submission {
    if (laneLimit < 1) throw new IllegalArgumentException("a lane admits at least 1, not " + laneLimit);
    if (priority < 0 || priority > 9) throw new IllegalArgumentException("a priority is 0 to 9, not " + priority);
    runAt = Moments.kept(runAt);
    startBy = Moments.kept(startBy);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata)); // in the order given
    tags = List.copyOf(tags);
  }

  /** The lane's key, if it has one. */
  public Key.@Nullable Lane laneKey() {
    return lane == null ? null : new Key.Lane(tenant, queue, lane);
  }

  Submission withInput(@Nullable Payload newInput) {
    return new Submission(
        tenant, type, queue, lane, laneLimit, priority, runAt, startBy, deadline, newInput, metadata, tags,
        correlationId, causationId, traceparent, idempotencyKey, parent, retryOf, promise);
  }
}
