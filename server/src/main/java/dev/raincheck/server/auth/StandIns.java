package dev.raincheck.server.auth;

import dev.raincheck.tenant.Scopes;
import java.time.Instant;
import java.util.Optional;

/**
 * Those who ask in the name of another credential, as holders of tickets do: as long as it is good,
 * and on its quota, so that making tickets multiplies nothing.
 */
public final class StandIns {
  private final Standing standing;
  private final Quotas quotas;

  public StandIns(Standing standing, Quotas quotas) {
    this.standing = standing;
    this.quotas = quotas;
  }

  /**
   * @param id of the credential, as in {@link Caller#id}
   * @param tenant of the credential when it spoke for them
   * @param until when they lose what they may; not later than the credential itself ends
   * @return empty if the credential is no longer good
   * @throws dev.raincheck.ledger.StoreException if the keys cannot be read
   */
  public Optional<Caller> of(String id, int tenant, Scopes scopes, Instant until) {
    return standing
        .of(id, tenant)
        .filter(principal -> principal.tenant() == tenant)
        .map(principal -> quotas.count(principal.with(scopes, until)));
  }
}
