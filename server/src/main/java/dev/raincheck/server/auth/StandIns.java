package dev.raincheck.server.auth;

import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Principal;
import dev.raincheck.tenant.Scopes;
import java.util.Optional;

/**
 * Those who ask in the name of another credential, as holders of tickets do: as long as it is good,
 * and on its quota, so that making tickets multiplies nothing.
 */
public final class StandIns {
  private final ApiKeys keys;
  private final Jwts jwts;
  private final Quotas quotas;

  public StandIns(ApiKeys keys, Jwts jwts, Quotas quotas) {
    this.keys = keys;
    this.jwts = jwts;
    this.quotas = quotas;
  }

  /**
   * @param id of the credential, as in {@link Caller#id}
   * @param tenant of the credential when it spoke for them
   * @return empty if the credential is no longer good. A token itself is not kept: as long as its
   *     issuer is trusted it counts as good, and the end that it had is for the caller to watch
   * @throws dev.raincheck.ledger.StoreException if the keys cannot be read
   */
  public Optional<Caller> of(String id, int tenant, Scopes scopes) {
    return principal(id, tenant)
        .filter(principal -> principal.tenant() == tenant)
        .map(principal -> quotas.count(principal.with(scopes)));
  }

  private Optional<Principal> principal(String id, int tenant) {
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
