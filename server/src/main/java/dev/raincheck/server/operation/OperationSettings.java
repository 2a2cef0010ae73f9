package dev.raincheck.server.operation;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What the routes of operations are told by configuration.
 *
 * @param publicBaseUrl what all URLs are built from; without a slash at the end
 * @param maxWait the longest wait for an operation, 0 to 55 s; longer ones are cut to it
 * @param declaredRoutes operation types by the path that submits them, such as {@code /v1/reports}
 * @param bodyInMemoryMax bytes of a body that is held in memory; a longer one is streamed, if its type
 *     allows it
 */
public record OperationSettings(
    URI publicBaseUrl, Duration maxWait, Map<String, String> declaredRoutes, int bodyInMemoryMax) {
  /** The longest wait that may be asked for, and configured. */
  static final int WAIT_SECONDS_MAX = 55;

  public OperationSettings {
    declaredRoutes = Map.copyOf(declaredRoutes);
    if (maxWait.isNegative() || maxWait.toSeconds() > WAIT_SECONDS_MAX) {
      throw new IllegalArgumentException(
          "max_wait_seconds is 0 to %d, not %d".formatted(WAIT_SECONDS_MAX, maxWait.toSeconds()));
    }
  }
}
