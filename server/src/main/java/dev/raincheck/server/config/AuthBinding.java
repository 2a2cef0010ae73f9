package dev.raincheck.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code auth}. */
final class AuthBinding {
  /** Stands in for what was refused, so that the rest of the file is still checked. */
  private static final String NOBODY = "https://issuer.invalid";

  private static final String ALGORITHMS =
      "must be of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 and EdDSA: tokens are"
          + " checked with public keys only";

  private AuthBinding() {}

  static AuthConfig bind(Section auth) {
    var issuers = new ArrayList<JwtIssuer>();
    auth.sections("jwt", "<issuer>")
        .forEach((name, section) -> issuer(name, section).ifPresent(issuers::add));
    return auth.build(() -> new AuthConfig(issuers), AuthConfig.DEFAULT);
  }

  private static Optional<JwtIssuer> issuer(String name, Section jwt) {
    var issuer = jwt.required("issuer", "give what tokens have as iss").orElse(NOBODY);
    var audiences =
        jwt.requiredTexts("audience", "give what tokens have as aud, such as [raincheck]")
            .orElse(List.of(NOBODY));
    var keysUrl = jwt.url("jwks_url", "<issuer>/.well-known/openid-configuration");
    var algorithms =
        jwt.parsedEach("algorithms", JwtIssuer.ALGORITHMS, JwtAlgorithm::of, ALGORITHMS);
    var tenant = tenant(jwt);
    boolean create = jwt.flag("create_tenants", false);
    var scopeClaim = jwt.text("scope_claim", JwtIssuer.SCOPE_CLAIM);
    var scopes = jwt.textLists("scopes");
    var skew = jwt.seconds("clock_skew_seconds", JwtIssuer.CLOCK_SKEW);
    var refresh = jwt.seconds("jwks_refresh_seconds", JwtIssuer.REFRESH);
    return jwt.build(
        () ->
            Optional.of(
                new JwtIssuer(
                    name, issuer, audiences, algorithms, keysUrl, tenant, create, scopeClaim,
                    scopes, skew, refresh)),
        Optional.empty());
  }

  private static JwtIssuer.TenantOf tenant(Section jwt) {
    var fixed = jwt.text("tenant");
    var claim = jwt.text("tenant_claim");
    if (fixed.isPresent() == claim.isPresent()) {
      jwt.error(
          "tenant",
          fixed.isPresent() ? "cannot stand beside tenant_claim" : "is missing",
          "give tenant for all tokens, or tenant_claim for the claim that names it");
    }
    return claim
        .<JwtIssuer.TenantOf>map(JwtIssuer.TenantOf.Claim::new)
        .orElseGet(() -> new JwtIssuer.TenantOf.Fixed(fixed.orElse("default")));
  }

  static CorsConfig cors(Section cors) {
    List<String> origins = cors.texts("allowed_origins", CorsConfig.DEFAULT.allowedOrigins());
    var maxAge = cors.seconds("max_age_seconds", CorsConfig.DEFAULT.maxAge());
    return cors.build(() -> new CorsConfig(origins, maxAge), CorsConfig.DEFAULT);
  }
}
