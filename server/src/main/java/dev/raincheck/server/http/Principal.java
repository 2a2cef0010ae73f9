package dev.raincheck.server.http;

/** Who asks, as far as the front needs to know; the real thing has the tenant and more. */
public interface Principal {
  /** Names the credential in logs: a public id, never the secret. */
  String id();

  /**
   * Whether a scope is held, or a narrower form of it: a key with {@code
   * operations:submit:report.generate} allows {@code operations:submit}. A route that knows the
   * narrow form asks again with that.
   */
  boolean allows(String scope);
}
