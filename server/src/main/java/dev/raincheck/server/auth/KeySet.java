package dev.raincheck.server.auth;

import dev.raincheck.server.config.JwtAlgorithm;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The public keys that an issuer publishes. */
final class KeySet {
  /** Issuers have two to ten. */
  static final int KEYS_MAX = 100;

  /** How many keys a token without a key id is tried with. */
  static final int TRIES_MAX = 4;

  private final List<SigningKey> keys;

  private KeySet(List<SigningKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Leaves out keys that cannot be used; empty if it is no JWK set, or one of too many keys.
   */
  static Optional<KeySet> read(byte[] json) {
    if (!(Json.read(json) instanceof Reading.Value(var root))) return Optional.empty();
    var listed = root.get("keys");
    if (listed == null || !listed.isArray() || listed.size() > KEYS_MAX) return Optional.empty();
    var keys = new ArrayList<SigningKey>();
    for (JsonNode key : listed) {
      if (key.isObject()) SigningKey.read(key.toString()).ifPresent(keys::add);
    }
    return Optional.of(new KeySet(keys));
  }

  int size() {
    return keys.size();
  }

  /** Those that a token may be signed with: of its key id, or of any if it has none. */
  List<SigningKey> candidates(@Nullable String keyId, JwtAlgorithm algorithm) {
    return keys.stream()
        .filter(key -> keyId == null || keyId.equals(key.id()))
        .filter(key -> key.isFor(algorithm))
        .limit(TRIES_MAX)
        .toList();
  }

  /** Whether there is a key of this name, whatever it is for. */
  boolean names(@Nullable String keyId) {
    return keyId == null || keys.stream().anyMatch(key -> keyId.equals(key.id()));
  }
}
