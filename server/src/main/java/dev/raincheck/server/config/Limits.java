package dev.raincheck.server.config;

/**
 * What one client may make the server hold.
 *
 * @param bodyBytesMax the longest body that is held in memory, and read as JSON; a longer one, where a
 *     type allows it, is streamed to the blob store unread
 * @param headerBytesMax the largest header section of a request
 * @param connectionsMax open connections for each listener; one more is closed at once
 * @param streamsMax open event streams of all tenants together; one more is told to come back
 * @param streamsPerTenantMax open event streams of one tenant
 */
public record Limits(
    int bodyBytesMax, int headerBytesMax, int connectionsMax, int streamsMax, int streamsPerTenantMax) {
  static final int BODY_BYTES_CEILING = 64 * 1024 * 1024;

  public static final Limits DEFAULT = new Limits(1024 * 1024, 16 * 1024, 16_384, 15_000, 10_000);

  public Limits {
    new Checks()
        .range("body_bytes", bodyBytesMax, 1024, BODY_BYTES_CEILING)
        .range("header_bytes", headerBytesMax, 4096, 256 * 1024)
        .range("connections", connectionsMax, 1, 1_000_000)
        .range("streams", streamsMax, 0, 1_000_000)
        .range("streams_per_tenant", streamsPerTenantMax, 0, 1_000_000)
        .done();
  }
}
