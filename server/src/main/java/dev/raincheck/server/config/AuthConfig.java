package dev.raincheck.server.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Credentials beside API keys.
 *
 * @param jwt whose tokens are taken, in the order of the file
 */
public record AuthConfig(List<JwtIssuer> jwt) {
  private static final int ISSUERS_MAX = 20;

  public static final AuthConfig DEFAULT = new AuthConfig(List.of());

  public AuthConfig {
    jwt = List.copyOf(jwt);
    var checks =
        new Checks()
            .rule("jwt", jwt.size() <= ISSUERS_MAX, jwt.size(), "has more than 20 entries");
    var seen = new HashSet<String>();
    for (var issuer : jwt) {
      checks.rule(
          "jwt." + issuer.name() + ".issuer",
          seen.add(issuer.issuer()),
          issuer.issuer(),
          "is there twice: a token could not say which one is meant");
    }
    checks.done();
  }

  /** What is allowed but worth knowing; each a sentence. */
  List<String> notes() {
    return jwt.stream()
        .flatMap(issuer -> note(issuer).stream())
        .toList();
  }

  private static Optional<String> note(JwtIssuer issuer) {
    var url = issuer.written().getFirst();
    if ("https".equals(url.getScheme()) || isLoopback(url.getHost())) return Optional.empty();
    return Optional.of(
        ("auth.jwt.%s: keys are read over plain http from %s; whoever can change what comes from"
                + " there can make tokens.")
            .formatted(issuer.name(), url.getHost()));
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}
