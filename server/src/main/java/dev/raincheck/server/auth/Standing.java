package dev.raincheck.server.auth;

import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Principal;
import dev.raincheck.tenant.Scopes;
import java.time.InstantSource;
import java.util.Optional;

/** Whether a credential that was taken once still is. Asks memory only, unless keys have just changed. */
public final class Standing {
  private final ApiKeys keys;
  private final Jwts jwts;
  private final InstantSource clock;

  public Standing(ApiKeys keys, Jwts jwts, InstantSource clock) {
    this.keys = keys;
    this.jwts = jwts;
    this.clock = clock;
  }

  /**
   * For answers that outlive their request by far: whether who was let in then would be let in now.
   *
   * @throws dev.raincheck.ledger.StoreException if the keys cannot be read
   */
  public boolean isGood(dev.raincheck.server.http.Principal who) {
    if (!(who instanceof Caller caller)) return false;
    var principal = caller.principal();
    var end = principal.expiresAt();
    boolean over = end != null && !clock.instant().isBefore(end);
    return !over && of(principal.keyId(), principal.tenant()).isPresent();
  }

  /**
   * A credential by its public name. A token itself is not kept: as long as its issuer is trusted it counts
   * as good, and the end that it had is for the caller to watch.
   */
  Optional<Principal> of(String id, int tenant) {
    if (id.equals(Principal.LOCAL.keyId())) {
      return keys.isEmpty() && jwts.isEmpty() ? Optional.of(Principal.LOCAL) : Optional.empty();
    }
    if (jwts.trusts(id)) {
      return keys.tenants()
          .name(tenant)
          .map(name -> new Principal(tenant, name, id, Scopes.NONE, null));
    }
    return keys.standing(id) instanceof ApiKeys.Verdict.Known(var principal)
        ? Optional.of(principal)
        : Optional.empty();
  }
}
