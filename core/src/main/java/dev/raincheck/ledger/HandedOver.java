package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an application asked for in a transaction of its own that has committed: to be made an operation of.
 *
 * @param order rises with the order of hand-over, as far as transactions side by side have one
 * @param tenant its name, or null if the application gave the number
 * @param tenantNumber or null if the application gave the name
 * @param key of idempotency, which is compared alone, without a fingerprint; or null
 * @param at when, by the store's clock
 */
public record HandedOver(
    OperationId id,
    long order,
    Instant at,
    @Nullable String tenant,
    @Nullable Integer tenantNumber,
    String type,
    @Nullable String key,
    @Nullable Payload input,
    @Nullable Instant runAt,
    @Nullable Instant startBy,
    @Nullable Duration deadline,
    @Nullable String lane,
    @Nullable String correlationId,
    List<String> tags,
    Map<String, String> metadata,
    @Nullable String traceparent) {

  public HandedOver {
    tags = List.copyOf(tags);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
