package dev.raincheck.server.config;

import dev.raincheck.server.egress.Url;
import java.time.Duration;
import java.util.List;

/**
 * Which web pages may call the API from a browser.
 *
 * @param allowedOrigins such as {@code https://app.example.com}; empty: none, and nothing is said
 * @param maxAge how long a browser may remember the answer to its preflight
 */
public record CorsConfig(List<String> allowedOrigins, Duration maxAge) {
  static final int ORIGINS_MAX = 100;

  public static final CorsConfig DEFAULT = new CorsConfig(List.of(), Duration.ofSeconds(600));

  public CorsConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    var checks =
        new Checks()
            .rule(
                "allowed_origins",
                allowedOrigins.size() <= ORIGINS_MAX,
                allowedOrigins.size(),
                "has more than %d entries".formatted(ORIGINS_MAX))
            .seconds("max_age_seconds", maxAge, 0, 86_400);
    for (var origin : allowedOrigins) {
      checks.rule(
          "allowed_origins",
          isOrigin(origin),
          origin,
          origin.equals("*")
              ? "would open the API to every page: name each origin"
              : "must be written as browsers send it, such as https://app.example.com");
    }
    checks.done();
  }

  /** In the one form that browsers send: lower case, no path, no usual port. */
  private static boolean isOrigin(String text) {
    if (!(Url.parse(text) instanceof Url.Parsed.Ok(var url))) return false;
    var host = url.host().indexOf(':') < 0 ? url.host() : "[" + url.host() + "]";
    boolean usual = url.port() == (url.scheme().equals("https") ? 443 : 80);
    var origin = url.scheme() + "://" + host + (usual ? "" : ":" + url.port());
    return text.equals(origin);
  }
}
