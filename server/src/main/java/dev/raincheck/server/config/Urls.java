package dev.raincheck.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Absolute {@code http} and {@code https} URLs. */
final class Urls {
  static final String RULE =
      "must be an absolute http:// or https:// URL without user, password and fragment";

  private Urls() {}

  static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text)).filter(Urls::isHttp);
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  static boolean isHttp(URI url) {
    var scheme = url.getScheme();
    return scheme != null
        && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
        && url.getHost() != null
        && url.getUserInfo() == null
        && url.getFragment() == null
        && url.getPort() != 0
        && url.getPort() <= 65_535;
  }
}
