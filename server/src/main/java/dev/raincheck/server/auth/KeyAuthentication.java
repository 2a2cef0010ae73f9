package dev.raincheck.server.auth;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.auth.AuthListener.Kind;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Principal;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes API keys and tokens of issuers in {@code Authorization: Bearer}. A credential that is
 * presented must be good.
 */
public final class KeyAuthentication implements Authentication {
  private final ApiKeys keys;
  private final Quotas quotas;
  private final @Nullable Jwts jwts;
  private final AuthListener listener;
  private final Predicate<Request> trusted;

  private KeyAuthentication(
      ApiKeys keys,
      Quotas quotas,
      @Nullable Jwts jwts,
      AuthListener listener,
      Predicate<Request> trusted) {
    this.keys = keys;
    this.quotas = quotas;
    this.jwts = jwts;
    this.listener = listener;
    this.trusted = trusted;
  }

  /**
   * For the listener that everyone uses. As long as there are no keys and no issuers, everyone who
   * reaches it on loopback is the default tenant with all scopes.
   *
   * @param loopback whether it listens on loopback only
   */
  public static KeyAuthentication forEveryone(
      ApiKeys keys, Quotas quotas, Jwts jwts, AuthListener listener, boolean loopback) {
    return new KeyAuthentication(
        keys, quotas, jwts, listener, _ -> loopback && jwts.isEmpty() && keys.isEmpty());
  }

  /**
   * For administration. On loopback it needs no key, whether there are keys or not: who can log in
   * on the machine can read the store as well. Elsewhere it needs a key that has the scope {@code
   * admin}; tokens are not for administration.
   *
   * @param loopback whether it listens on loopback only
   */
  public static KeyAuthentication forOperators(
      ApiKeys keys, Quotas quotas, AuthListener listener, boolean loopback) {
    return new KeyAuthentication(
        keys, quotas, null, listener, request -> loopback && LocalHost.isNamedBy(request));
  }

  @Override
  public Caller authenticate(Request request) {
    try {
      return quotas.count(principal(request));
    } catch (StoreException e) {
      throw new RefusedException(
          ProblemCode.UNAVAILABLE, "The keys cannot be read just now; repeat the request.");
    }
  }

  private Principal principal(Request request) {
    return switch (Credential.of(request)) {
      case Credential.Bearer(var token) ->
          jwts != null && !jwts.isEmpty() && token.indexOf('.') >= 0
              ? holder(jwts.verify(token))
              : holder(keys.verify(token));
      case Credential.Malformed() -> {
        listener.decided(Kind.OTHER, "malformed");
        throw invalid("Send one header Authorization with Bearer, a space and an API key.");
      }
      case Credential.None() -> {
        boolean here = trusted.test(request);
        listener.decided(Kind.NONE, here ? AuthListener.OK : "missing");
        if (here) yield Principal.LOCAL;
        throw refused("Bearer", "Send Authorization: Bearer with an API key.");
      }
    };
  }

  private Principal holder(ApiKeys.Verdict verdict) {
    var outcome =
        switch (verdict) {
          case ApiKeys.Verdict.Known _ -> AuthListener.OK;
          case ApiKeys.Verdict.Unknown() -> "unknown";
          case ApiKeys.Verdict.Expired() -> "expired";
          case ApiKeys.Verdict.Revoked() -> "revoked";
        };
    listener.decided(Kind.API_KEY, outcome);
    return switch (verdict) {
      case ApiKeys.Verdict.Known(var principal) -> principal;
      case ApiKeys.Verdict.Unknown() -> throw invalid("This API key is unknown; send another.");
      case ApiKeys.Verdict.Expired() -> throw invalid("This API key has expired; send another.");
      case ApiKeys.Verdict.Revoked() -> throw invalid("This API key is revoked; send another.");
    };
  }

  private Principal holder(JwtVerdict verdict) {
    switch (verdict) {
      case JwtVerdict.Known(var principal) -> {
        listener.decided(Kind.JWT, AuthListener.OK);
        return principal;
      }
      case JwtVerdict.Refused(var fault) -> {
        listener.decided(Kind.JWT, fault.name().toLowerCase(Locale.ROOT));
        throw refused(
            "Bearer error=\"invalid_token\", error_description=\"%s\"".formatted(fault.detail()),
            fault.detail());
      }
      case JwtVerdict.Unavailable() -> {
        listener.decided(Kind.JWT, "unavailable");
        throw new RefusedException(
            ProblemCode.UNAVAILABLE,
            "Tokens of this issuer cannot be checked just now; repeat the request.");
      }
    }
  }

  private static RefusedException invalid(String detail) {
    return refused("Bearer error=\"invalid_token\"", detail);
  }

  private static RefusedException refused(String challenge, String detail) {
    return Refusal.of(ProblemCode.UNAUTHORIZED, detail)
        .header(HeaderNames.WWW_AUTHENTICATE, challenge)
        .asException();
  }
}
