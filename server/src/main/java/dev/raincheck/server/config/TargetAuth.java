package dev.raincheck.server.config;

import java.net.URI;
import java.util.Optional;

/** What a target wants to see before it works for us. */
public sealed interface TargetAuth {
  record None() implements TargetAuth {}

  /** One more header with a secret value, such as {@code Authorization: Bearer …}. */
  record Header(String name, Secret value) implements TargetAuth {
    public Header {
      new Checks()
          .rule("name", HeaderNames.mayBeSet(name), name, HeaderNames.RULE)
          .rule("value", HeaderNames.isValue(value.reveal()), value, HeaderNames.VALUE_RULE)
          .done();
    }
  }

  /** OAuth2 client credentials: a token is fetched once for many calls. */
  record OAuth2(URI tokenUrl, String clientId, Secret clientSecret, Optional<String> scope)
      implements TargetAuth {
    public OAuth2 {
      new Checks()
          .rule("token_url", Urls.isHttp(tokenUrl), tokenUrl, Urls.RULE)
          .rule("client_id", !clientId.isBlank(), clientId, "must not be empty")
          .rule("client_secret", !clientSecret.reveal().isEmpty(), "", "must not be empty")
          .done();
    }
  }
}
