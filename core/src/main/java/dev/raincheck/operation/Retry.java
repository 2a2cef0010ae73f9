package dev.raincheck.operation;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How to retry a finished operation as a new one.
 *
 * @param input instead of the old one, or null to use that
 * @param key of idempotency, unique for the retried operation
 */
public record Retry(
    @Nullable Input input,
    @Nullable Instant runAt,
    @Nullable Duration deadline,
    @Nullable String traceparent,
    @Nullable String key,
    byte[] fingerprint) {
  public static final Retry PLAIN = new Retry(null, null, null, null, null, new byte[0]);
}
