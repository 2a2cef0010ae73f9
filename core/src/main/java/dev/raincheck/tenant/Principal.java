package dev.raincheck.tenant;

/**
 * Who asks: what a credential says, and the only place where a tenant comes from.
 *
 * @param tenant the tenant's number
 * @param tenantName the same for people
 * @param keyId names the credential in logs; public
 */
public record Principal(int tenant, String tenantName, String keyId, Scopes scopes) {
  /** Everyone who can reach a server that has no keys, or its administration on loopback. */
  public static final Principal LOCAL =
      new Principal(Tenants.DEFAULT_NUMBER, Tenants.DEFAULT, "local", Scopes.ALL);
}
