package dev.raincheck.server.http;

import org.jspecify.annotations.Nullable;

/**
 * A listener: an address, and what is served there to whom.
 *
 * @param name unique, for logs and {@link HttpServer#port}
 * @param host to bind
 * @param port to bind; 0 for any free one
 * @param tls spoken there; null for plain HTTP
 */
public record Door(
    String name,
    String host,
    int port,
    Routes routes,
    Authentication authentication,
    QuotaHeaders quotaHeaders,
    @Nullable Tls tls) {

  /** A door without TLS. */
  public Door(
      String name,
      String host,
      int port,
      Routes routes,
      Authentication authentication,
      QuotaHeaders quotaHeaders) {
    this(name, host, port, routes, authentication, quotaHeaders, null);
  }
}
