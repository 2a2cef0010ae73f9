package dev.raincheck.server.http;

import java.net.URI;

/**
 * What the front is told by configuration.
 *
 * @param publicBaseUrl what problem types are built from, never {@code Host}; absolute, http or
 *     https, without query and trailing slash
 */
public record HttpSettings(URI publicBaseUrl, HttpLimits limits) {
  public HttpSettings {
    String scheme = publicBaseUrl.getScheme();
    boolean web = "http".equals(scheme) || "https".equals(scheme);
    if (!web || publicBaseUrl.getHost() == null || publicBaseUrl.getQuery() != null
        || publicBaseUrl.getFragment() != null || publicBaseUrl.toString().endsWith("/")) {
      throw new IllegalArgumentException(
          "public-base-url (%s) must look like https://api.example.com".formatted(publicBaseUrl));
    }
  }
}
