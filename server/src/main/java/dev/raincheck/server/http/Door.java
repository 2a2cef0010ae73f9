package dev.raincheck.server.http;

import org.jspecify.annotations.Nullable;

/**
 * A listener: an address, and what is served there to whom.
 *
 * @param name unique, for logs and {@link HttpServer#port}
 * @param host to bind
 * @param port to bind; 0 for any free one
 * @param cors which pages of other origins may read its answers
 * @param tls spoken there; null for plain HTTP
 */
public record Door(
    String name,
    String host,
    int port,
    Routes routes,
    Authentication authentication,
    QuotaHeaders quotaHeaders,
    Cors cors,
    @Nullable Tls tls) {

  /** A door without TLS, for programs and for pages of no other origin. */
  public Door(
      String name,
      String host,
      int port,
      Routes routes,
      Authentication authentication,
      QuotaHeaders quotaHeaders) {
    this(name, host, port, routes, authentication, quotaHeaders, Cors.NONE, null);
  }
}
