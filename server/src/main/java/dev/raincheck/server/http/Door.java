package dev.raincheck.server.http;

/**
 * A listener: an address, and what is served there to whom.
 *
 * @param name unique, for logs and {@link HttpServer#port}
 * @param host to bind
 * @param port to bind; 0 for any free one
 */
public record Door(
    String name,
    String host,
    int port,
    Routes routes,
    Authentication authentication,
    QuotaHeaders quotaHeaders) {}
