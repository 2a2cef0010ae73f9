package dev.raincheck.server.target;

import dev.raincheck.server.config.Secret;
import dev.raincheck.server.egress.EgressHeader;

/** How we prove to a target who we are. */
public sealed interface Credentials {
  /** The target does not ask, or knows us by other means. */
  record None() implements Credentials {}

  /** A fixed header, such as {@code Authorization} with {@code Bearer …}. */
  record Header(String name, Secret value) implements Credentials {
    /**
     * @throws IllegalArgumentException if the header may not be sent
     */
    public Header {
      var _ = new EgressHeader(name, value.reveal());
    }

    EgressHeader asSent() {
      return new EgressHeader(name, value.reveal());
    }
  }

  /** OAuth 2.0 client credentials: a bearer token that we fetch and keep. */
  record OAuth2(AccessTokens tokens) implements Credentials {}
}
