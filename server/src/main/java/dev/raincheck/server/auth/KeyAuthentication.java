package dev.raincheck.server.auth;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Principal;
import java.util.function.Predicate;

/**
 * Recognizes API keys in {@code Authorization: Bearer}. A credential that is presented must be
 * good.
 */
public final class KeyAuthentication implements Authentication {
  private final ApiKeys keys;
  private final Quotas quotas;
  private final Predicate<Request> trusted;

  private KeyAuthentication(ApiKeys keys, Quotas quotas, Predicate<Request> trusted) {
    this.keys = keys;
    this.quotas = quotas;
    this.trusted = trusted;
  }

  /**
   * For the listener that everyone uses. As long as there are no keys, everyone who reaches it on
   * loopback is the default tenant with all scopes.
   *
   * @param loopback whether it listens on loopback only
   */
  public static KeyAuthentication forEveryone(ApiKeys keys, Quotas quotas, boolean loopback) {
    return new KeyAuthentication(keys, quotas, _ -> loopback && keys.isEmpty());
  }

  /**
   * For administration. On loopback it needs no key, whether there are keys or not: who can log in
   * on the machine can read the store as well. Elsewhere it needs a key that has the scope {@code
   * admin}.
   *
   * @param loopback whether it listens on loopback only
   */
  public static KeyAuthentication forOperators(ApiKeys keys, Quotas quotas, boolean loopback) {
    return new KeyAuthentication(keys, quotas, request -> loopback && LocalHost.isNamedBy(request));
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
      case Credential.Bearer(var token) -> principal(token);
      case Credential.Malformed() ->
          throw invalid("Send one header Authorization with Bearer, a space and an API key.");
      case Credential.None() -> {
        if (trusted.test(request)) yield Principal.LOCAL;
        throw refused("Bearer", "Send Authorization: Bearer with an API key.");
      }
    };
  }

  private Principal principal(String token) {
    return switch (keys.verify(token)) {
      case ApiKeys.Verdict.Known(var principal) -> principal;
      case ApiKeys.Verdict.Unknown() -> throw invalid("This API key is unknown; send another.");
      case ApiKeys.Verdict.Expired() -> throw invalid("This API key has expired; send another.");
      case ApiKeys.Verdict.Revoked() -> throw invalid("This API key is revoked; send another.");
    };
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
