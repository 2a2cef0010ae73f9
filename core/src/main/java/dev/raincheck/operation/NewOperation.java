package dev.raincheck.operation;

import dev.raincheck.ledger.OperationId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for work. Start from {@link #of} and add what applies.
 *
 * @param runAt not before
 * @param startBy failed as {@code expired} if not started by then
 * @param deadline of the whole operation, from acceptance; null for the type's
 * @param correlationId the business case; null for the parent's, else the operation's own id
 * @param key of idempotency, unique for the tenant and type
 * @param fingerprint SHA-256 of what was asked, compared when the key comes again; empty compares nothing
 * @param lane operations of a type with the same lane run one after the other
 */
public record NewOperation(
    int tenant,
    String type,
    @Nullable Input input,
    @Nullable Instant runAt,
    @Nullable Instant startBy,
    @Nullable Duration deadline,
    Map<String, String> metadata,
    List<String> tags,
    @Nullable String correlationId,
    @Nullable String traceparent,
    @Nullable String key,
    byte[] fingerprint,
    @Nullable OperationId parent,
    @Nullable String lane) {

  public static NewOperation of(int tenant, String type, @Nullable Input input) {
    return new NewOperation(
        tenant, type, input, null, null, null, Map.of(), List.of(), null, null, null, new byte[0], null, null);
  }

  public NewOperation key(String newKey, byte[] newFingerprint) {
    return new NewOperation(
        tenant, type, input, runAt, startBy, deadline, metadata, tags, correlationId, traceparent, newKey,
        newFingerprint, parent, lane);
  }

  /** Not before this moment. */
  public NewOperation at(Instant newRunAt) {
    return new NewOperation(
        tenant, type, input, newRunAt, startBy, deadline, metadata, tags, correlationId, traceparent, key,
        fingerprint, parent, lane);
  }

  public NewOperation inLane(String newLane) {
    return new NewOperation(
        tenant, type, input, runAt, startBy, deadline, metadata, tags, correlationId, traceparent, key, fingerprint,
        parent, newLane);
  }
}
