package dev.raincheck.server.auth;

import dev.raincheck.pace.Pacemaker;
import dev.raincheck.server.config.AuthConfig;
import dev.raincheck.server.config.EgressConfig;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressLimits;
import dev.raincheck.server.egress.EgressPolicy;
import dev.raincheck.server.egress.NameResolver;
import dev.raincheck.server.egress.Url;
import dev.raincheck.tenant.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the tokens of the issuers that the configuration names. Without any it costs nothing.
 * Safe for use by several threads.
 */
public final class Jwts implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private final List<TrustedIssuer> issuers = new ArrayList<>();
  private @Nullable EgressClient egress;
  private @Nullable Pacemaker pacemaker;

  private Jwts() {}

  /** Takes no tokens at all. */
  public static Jwts none() {
    return new Jwts();
  }

  /**
   * Starts to read the issuers' keys, and goes on doing so. An issuer that is away stops nothing.
   *
   * @param version for {@code User-Agent}
   */
  public Jwts(
      AuthConfig config,
      EgressConfig rules,
      Tenants tenants,
      String version,
      NameResolver names,
      InstantSource clock,
      AuthListener listener) {
    if (config.jwt().isEmpty()) return;
    var policy = EgressPolicy.forOperator(rules.allowed(), written(config));
    var client = new EgressClient(policy, EgressLimits.DEFAULT, names, version, Optional.empty());
    egress = client;
    for (var issuer : config.jwt()) {
      var source = new KeySource(issuer, client);
      var keys =
          new IssuerKeys(
              issuer.name(), source::read, issuer.refresh(), clock,
              well -> listener.keysRead(issuer.name(), well));
      issuers.add(new TrustedIssuer(issuer, keys, tenants, clock));
    }
    var pace = new Pacemaker("issuer-keys", clock);
    pacemaker = pace;
    pace.every(LOOK_EVERY, "read the keys of issuers", this::refresh);
    pace.start();
  }

  private static List<Url> written(AuthConfig config) {
    return config.jwt().stream()
        .map(JwtIssuer::written)
        .flatMap(List::stream)
        .map(url -> Url.parse(url.toString()))
        .filter(Url.Parsed.Ok.class::isInstance)
        .map(parsed -> ((Url.Parsed.Ok) parsed).url())
        .toList();
  }

  private int refresh(Instant now) {
    issuers.forEach(issuer -> issuer.keys().refreshIfDue(now));
    return 0;
  }

  /** Whether no tokens are taken at all. */
  public boolean isEmpty() {
    return issuers.isEmpty();
  }

  /** Names of issuers whose tokens cannot be checked now. */
  public List<String> withoutKeys() {
    return issuers.stream()
        .filter(issuer -> issuer.keys().current() == null)
        .map(TrustedIssuer::name)
        .toList();
  }

  /** Whether a caller of that name came with a token that would still be taken. */
  boolean trusts(String credentialId) {
    return issuers.stream().anyMatch(issuer -> issuer.named(credentialId));
  }

  /**
   * @param presented anything
   * @throws dev.raincheck.ledger.StoreException if tenants have changed and cannot be read
   */
  JwtVerdict verify(String presented) {
    return switch (JwtToken.parse(presented)) {
      case JwtToken.Parsed.Bad(var fault) -> new JwtVerdict.Refused(fault);
      case JwtToken.Parsed.Good(var token) -> verify(token);
    };
  }

  private JwtVerdict verify(JwtToken token) {
    var named = token.claims().path("iss");
    if (!named.isString()) return new JwtVerdict.Refused(JwtFault.CLAIMS);
    for (var issuer : issuers) {
      if (issuer.issuer().equals(named.stringValue())) return issuer.judge(token);
    }
    return new JwtVerdict.Refused(JwtFault.ISSUER);
  }

  @Override
  public void close() {
    if (pacemaker != null) pacemaker.close();
    if (egress != null) egress.close();
  }
}
