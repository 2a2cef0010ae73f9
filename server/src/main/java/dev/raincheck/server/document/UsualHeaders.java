package dev.raincheck.server.document;

import tools.jackson.databind.node.ObjectNode;

/** What stands on every answer, for the document's responses. */
final class UsualHeaders {
  private UsualHeaders() {}

  /**
   * @param quota whether the route needs a credential, whose quota is told
   */
  static void addTo(ObjectNode headers, boolean quota) {
    put(headers, "Request-Id", "RequestId");
    put(headers, "Cache-Control", "CacheControl");
    put(headers, "X-Content-Type-Options", "NoSniff");
    put(headers, "Vary", "Vary");
    if (!quota) return;
    put(headers, "RateLimit", "RateLimit");
    put(headers, "RateLimit-Policy", "RateLimitPolicy");
  }

  /** A header that is described among the components. */
  static void put(ObjectNode headers, String name, String component) {
    headers.putObject(name).put("$ref", "#/components/headers/" + component);
  }
}
