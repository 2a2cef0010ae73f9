package dev.raincheck.server.config;

import dev.raincheck.server.egress.Url;
import dev.raincheck.server.egress.UrlFault;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * Absolute {@code http} and {@code https} URLs, read as strictly as the client that calls them
 * does.
 */
final class Urls {
  static final String RULE =
      "must be an absolute http:// or https:// URL without user, password and fragment";

  private Urls() {}

  static Optional<URI> parse(String text) {
    if (!(Url.parse(text) instanceof Url.Parsed.Ok)) return Optional.empty();
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  static boolean isHttp(URI url) {
    return parse(url.toString()).isPresent();
  }

  /** Why a text is no URL that we could call; empty when it is one. */
  static Optional<String> fault(String text) {
    if (parse(text).isPresent()) return Optional.empty();
    return switch (Url.parse(text)) {
      case Url.Parsed.Bad(var fault) when fault != UrlFault.SCHEME ->
          Optional.of("cannot be used: " + fault.reason());
      case Url.Parsed.Bad _, Url.Parsed.Ok _ -> Optional.of(RULE);
    };
  }
}
