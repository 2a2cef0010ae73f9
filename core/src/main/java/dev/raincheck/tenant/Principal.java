package dev.raincheck.tenant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: what a credential says, and the only place where a tenant comes from.
 *
 * @param tenant the tenant's number
 * @param tenantName the same for people
 * @param keyId names the credential in logs; public
 * @param expiresAt when the credential ends by itself; null for never
 */
public record Principal(
    int tenant, String tenantName, String keyId, Scopes scopes, @Nullable Instant expiresAt) {
  /** Everyone who can reach a server that has no keys, or its administration on loopback. */
  public static final Principal LOCAL =
      new Principal(Tenants.DEFAULT_NUMBER, Tenants.DEFAULT, "local", Scopes.ALL, null);

  /** The same credential with these scopes and this end instead of its own. */
  public Principal with(Scopes others, Instant until) {
    return new Principal(tenant, tenantName, keyId, others, until);
  }
}
