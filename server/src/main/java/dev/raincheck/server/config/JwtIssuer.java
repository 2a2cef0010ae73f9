package dev.raincheck.server.config;

import dev.raincheck.tenant.Scopes;
import dev.raincheck.tenant.Tenants;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of {@code auth.jwt}: whose tokens are taken, and what they may do here.
 *
 * @param name for logs and metrics
 * @param issuer exactly what the claim {@code iss} must be
 * @param audiences one of which the claim {@code aud} must name
 * @param algorithms how tokens may be signed
 * @param keysUrl where the issuer's public keys are; empty: what its OpenID configuration says
 * @param tenant whose operations a token is about
 * @param createTenants whether a tenant that a token names first is made; else the token is refused
 * @param scopeClaim the claim that holds the scopes: an array, or words in one string
 * @param scopes ours by the issuer's words; empty: the words are ours already
 * @param clockSkew how far the issuer's clock may be off
 * @param refresh how often the keys are read again
 */
public record JwtIssuer(
    String name,
    String issuer,
    List<String> audiences,
    List<JwtAlgorithm> algorithms,
    Optional<URI> keysUrl,
    TenantOf tenant,
    boolean createTenants,
    String scopeClaim,
    Map<String, List<String>> scopes,
    Duration clockSkew,
    Duration refresh) {
  public static final List<JwtAlgorithm> ALGORITHMS =
      List.of(JwtAlgorithm.RS256, JwtAlgorithm.ES256, JwtAlgorithm.EDDSA);

  public static final String SCOPE_CLAIM = "scope";
  public static final Duration CLOCK_SKEW = Duration.ofSeconds(30);
  public static final Duration REFRESH = Duration.ofSeconds(300);

  private static final String SCOPES_RULE =
      "must be of operations:submit, operations:submit:<type>, operations:read and"
          + " operations:cancel";

  private static final int AUDIENCES_MAX = 20;
  private static final int TEXT_MAX = 512;
  private static final int WORDS_MAX = 100;
  private static final String WELL_KNOWN = "/.well-known/openid-configuration";

  /** Where the tenant comes from. */
  public sealed interface TenantOf {
    /** All tokens of the issuer are of one tenant. */
    record Fixed(String name) implements TenantOf {}

    /** The claim that names it. */
    record Claim(String name) implements TenantOf {}
  }

  public JwtIssuer {
    audiences = List.copyOf(audiences);
    algorithms = List.copyOf(algorithms);
    scopes = Map.copyOf(scopes);
    var checks =
        new Checks()
            .rule(
                "",
                name.matches("[a-z][a-z0-9_-]{0,31}"),
                name,
                "must be a name of at most 32 of a-z, 0-9, '_' and '-', a letter first")
            .rule("issuer", isText(issuer), issuer, "must have 1 to 512 characters")
            .rule(
                "issuer",
                keysUrl.isPresent() || isDiscoverable(issuer),
                issuer,
                "must be a URL whose OpenID configuration can be read; else give jwks_url")
            .rule(
                "audience",
                areTexts(audiences, AUDIENCES_MAX),
                audiences,
                "must be 1 to %d names".formatted(AUDIENCES_MAX))
            .rule("algorithms", !algorithms.isEmpty(), algorithms, "must not be empty")
            .rule("scope_claim", isText(scopeClaim), scopeClaim, "must have 1 to 512 characters")
            .rule("scopes", scopes.size() <= WORDS_MAX, scopes.size(), "has more than 100 entries")
            .seconds("clock_skew_seconds", clockSkew, 0, 300)
            .seconds("jwks_refresh_seconds", refresh, 30, 86_400);
    switch (tenant) {
      case TenantOf.Fixed(var fixed) ->
          checks
              .rule(
                  "tenant", Tenants.isName(fixed), fixed,
                  "must be 1 to 63 of a-z, 0-9, '.', '_' and '-', a letter or digit first");
      case TenantOf.Claim(var claim) ->
          checks.rule("tenant_claim", isText(claim), claim, "must have 1 to 512 characters");
    }
    scopes.forEach(
        (word, ours) -> {
          boolean good = !ours.isEmpty() && ours.stream().allMatch(JwtIssuer::isScope);
          checks.rule("scopes." + word, good, ours, SCOPES_RULE);
        });
    checks.done();
  }

  /** Whether a token may have it. */
  public static boolean isScope(String word) {
    return Scopes.isScope(word) && !word.equals(Scopes.ADMIN);
  }

  /** Every URL that the operator wrote about this issuer: its host may be private. */
  public List<URI> written() {
    return List.of(keysUrl.orElseGet(this::discoveryUrl));
  }

  /** Where the issuer says where its keys are (OpenID Connect Discovery 1.0, section 4). */
  public URI discoveryUrl() {
    var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(base + WELL_KNOWN);
  }

  private static boolean isDiscoverable(String issuer) {
    return Urls.parse(issuer).filter(url -> url.getRawQuery() == null).isPresent();
  }

  private static boolean areTexts(List<String> texts, int max) {
    return !texts.isEmpty() && texts.size() <= max && texts.stream().allMatch(JwtIssuer::isText);
  }

  private static boolean isText(String text) {
    return !text.isBlank() && text.length() <= TEXT_MAX;
  }
}
