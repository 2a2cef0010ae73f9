package dev.raincheck.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Sha256;
import dev.raincheck.server.config.JwtAlgorithm;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.tenant.Principal;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.tenant.Tenants;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One issuer whose tokens are taken: what a token must prove, and who it then speaks for. */
final class TrustedIssuer {
  private static final String PREFIX = "jwt_";
  private static final int ISSUER_HEX = 8;
  private static final int SUBJECT_HEX = 32;
  private static final int SUBJECT_MAX = 255;
  private static final int AUDIENCES_MAX = 100;

  /** The last second of the year 9999, which is as good as never. */
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(253_402_300_799L);

  private final JwtIssuer config;
  private final IssuerKeys keys;
  private final Tenants tenants;
  private final InstantSource clock;
  private final String idPrefix;

  TrustedIssuer(JwtIssuer config, IssuerKeys keys, Tenants tenants, InstantSource clock) {
    this.config = config;
    this.keys = keys;
    this.tenants = tenants;
    this.clock = clock;
    this.idPrefix = PREFIX + hash(config.issuer()).substring(0, ISSUER_HEX) + "_";
  }

  String name() {
    return config.name();
  }

  String issuer() {
    return config.issuer();
  }

  IssuerKeys keys() {
    return keys;
  }

  /** Whether a caller of that name came with a token of this issuer. */
  boolean named(String credentialId) {
    return credentialId.startsWith(idPrefix);
  }

  /** The signature first: what is not proved is not looked at. */
  JwtVerdict judge(JwtToken token) {
    var algorithm = JwtAlgorithm.of(token.algorithm()).filter(config.algorithms()::contains);
    if (algorithm.isEmpty()) return new JwtVerdict.Refused(JwtFault.ALGORITHM);
    var set = keysFor(token, algorithm.get());
    if (set == null) return new JwtVerdict.Unavailable();
    var candidates = set.candidates(token.keyId(), algorithm.get());
    if (candidates.isEmpty()) return new JwtVerdict.Refused(JwtFault.KEY);
    boolean signed =
        candidates.stream()
            .anyMatch(key -> key.verifies(algorithm.get(), token.signed(), token.signature()));
    return signed ? claimed(token.claims()) : new JwtVerdict.Refused(JwtFault.SIGNATURE);
  }

  private @Nullable KeySet keysFor(JwtToken token, JwtAlgorithm algorithm) {
    var set = keys.current();
    boolean known =
        set != null
            && (token.keyId() == null
                ? !set.candidates(null, algorithm).isEmpty()
                : set.names(token.keyId()));
    return known ? set : keys.newer();
  }

  private JwtVerdict claimed(JsonNode claims) {
    var fault = audienceFault(claims).or(() -> timeFault(claims));
    if (fault.isPresent()) return new JwtVerdict.Refused(fault.get());
    var subject = claims.path("sub");
    var scopes = scopes(claims.get(config.scopeClaim()));
    if (!isText(subject, SUBJECT_MAX) || scopes.isEmpty()) {
      return new JwtVerdict.Refused(JwtFault.CLAIMS);
    }
    var end = seconds(claims.path("exp")).orElseThrow().plus(config.clockSkew());
    var id = idPrefix + hash(config.issuer() + "\n" + subject.stringValue()).substring(0, SUBJECT_HEX);
    return tenant(claims, id, scopes.get(), end);
  }

  private Optional<JwtFault> audienceFault(JsonNode claims) {
    var named = claims.path("aud");
    if (named.isString()) {
      return config.audiences().contains(named.stringValue())
          ? Optional.empty()
          : Optional.of(JwtFault.AUDIENCE);
    }
    if (!named.isArray() || named.size() > AUDIENCES_MAX) return Optional.of(JwtFault.AUDIENCE);
    boolean ours = false;
    for (var one : named) {
      if (!one.isString()) return Optional.of(JwtFault.CLAIMS);
      ours |= config.audiences().contains(one.stringValue());
    }
    return ours ? Optional.empty() : Optional.of(JwtFault.AUDIENCE);
  }

  /** {@code exp} is needed; {@code nbf} and {@code iat} must fit if they are there. */
  private Optional<JwtFault> timeFault(JsonNode claims) {
    var now = clock.instant();
    var end = seconds(claims.path("exp"));
    if (end.isEmpty()) return Optional.of(JwtFault.CLAIMS);
    if (!now.isBefore(end.get().plus(config.clockSkew()))) return Optional.of(JwtFault.EXPIRED);
    for (var name : List.of("nbf", "iat")) {
      if (!claims.has(name)) continue;
      var begin = seconds(claims.path(name));
      if (begin.isEmpty()) return Optional.of(JwtFault.CLAIMS);
      if (now.isBefore(begin.get().minus(config.clockSkew()))) return Optional.of(JwtFault.NOT_YET);
    }
    return Optional.empty();
  }

  /** A number of seconds since 1970, perhaps with a fraction. */
  private static Optional<Instant> seconds(JsonNode claim) {
    if (!claim.isNumber()) return Optional.empty();
    var number = claim.decimalValue();
    if (number.signum() < 0) return Optional.empty();
    if (number.compareTo(SECONDS_MAX) > 0) number = SECONDS_MAX;
    return Optional.of(Instant.ofEpochMilli(number.movePointRight(3).longValue()));
  }

  /** Those that are known here; none if the token says none, empty if the claim is of no use. */
  private Optional<Scopes> scopes(@Nullable JsonNode claim) {
    if (claim == null) return Optional.of(Scopes.NONE);
    var words = new ArrayList<String>();
    if (claim.isString()) {
      words.addAll(List.of(claim.stringValue().split(" ")));
    } else if (claim.isArray()) {
      for (var word : claim) {
        if (!word.isString()) return Optional.empty();
        words.add(word.stringValue());
      }
    } else {
      return Optional.empty();
    }
    var ours = new TreeSet<String>();
    for (var word : words) {
      if (!config.scopes().isEmpty()) ours.addAll(config.scopes().getOrDefault(word, List.of()));
      else if (JwtIssuer.isScope(word)) ours.add(word);
    }
    if (ours.size() > Scopes.COUNT_MAX) return Optional.empty();
    return Optional.of(ours.isEmpty() ? Scopes.NONE : Scopes.of(ours));
  }

  private JwtVerdict tenant(JsonNode claims, String id, Scopes scopes, Instant end) {
    String name;
    switch (config.tenant()) {
      case JwtIssuer.TenantOf.Fixed(var fixed) -> name = fixed;
      case JwtIssuer.TenantOf.Claim(var claim) -> {
        var named = claims.path(claim);
        if (!named.isString() || !Tenants.isName(named.stringValue())) {
          return new JwtVerdict.Refused(JwtFault.TENANT);
        }
        name = named.stringValue();
      }
    }
    var known = tenants.number(name);
    if (known.isPresent()) {
      return new JwtVerdict.Known(new Principal(known.get(), name, id, scopes, end));
    }
    if (!config.createTenants()) return new JwtVerdict.Refused(JwtFault.TENANT);
    return switch (tenants.obtain(name)) {
      case Tenants.Obtained.Tenant(int number) ->
          new JwtVerdict.Known(new Principal(number, name, id, scopes, end));
      case Tenants.Obtained.TooMany() -> new JwtVerdict.Refused(JwtFault.TENANT);
      case Tenants.Obtained.Busy _ -> new JwtVerdict.Unavailable();
    };
  }

  private static boolean isText(JsonNode claim, int max) {
    return claim.isString() && !claim.stringValue().isEmpty() && claim.stringValue().length() <= max;
  }

  private static String hash(String text) {
    return HexFormat.of().formatHex(Sha256.of(text.getBytes(UTF_8)));
  }
}
