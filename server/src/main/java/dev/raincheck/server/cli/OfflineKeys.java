package dev.raincheck.server.cli;

import dev.raincheck.server.config.ServerConfig;

/** API keys in a store that no server has open: the way to a first key. */
public interface OfflineKeys {
  /**
   * Creates a key.
   *
   * @param request the body of {@code POST /v1/admin/keys}
   * @return the body of its answer, with the secret
   * @throws Exception with a message for people, when the store cannot be opened or refuses
   */
  byte[] create(ServerConfig config, byte[] request) throws Exception;

  /** The body of {@code GET /v1/admin/keys}. */
  byte[] list(ServerConfig config) throws Exception;

  /** Revokes a key; false when there is none of this id. */
  boolean revoke(ServerConfig config, String id) throws Exception;
}
