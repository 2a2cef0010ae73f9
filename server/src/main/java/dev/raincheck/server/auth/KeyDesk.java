package dev.raincheck.server.auth;

import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.json.BadJson;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import dev.raincheck.tenant.ApiKeys;
import java.time.InstantSource;

/** The same requests as {@link KeyRoutes}, without HTTP: for keys of a store that no server has open. */
public final class KeyDesk {
  private final ApiKeys keys;
  private final InstantSource clock;

  public KeyDesk(ApiKeys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * @param request the body of {@code POST /v1/admin/keys}
   * @return the body of its answer, with the secret
   * @throws IllegalArgumentException if it is refused; the message says why
   */
  public byte[] create(byte[] request) {
    var wanted = read(request);
    return switch (keys.create(wanted.name(), wanted.tenant(), wanted.scopes(), wanted.expiresAt())) {
      case ApiKeys.Creation.Created(var key, var secret) -> KeyJson.created(key, secret);
      case ApiKeys.Creation.TooManyKeys() -> throw new IllegalArgumentException("too many keys are in use");
      case ApiKeys.Creation.TooManyTenants() -> throw new IllegalArgumentException("there can be no more tenants");
      case ApiKeys.Creation.Busy _ -> throw new IllegalArgumentException("the store is busy; try again");
    };
  }

  private NewKey read(byte[] request) {
    try {
      return switch (Json.read(request)) {
        case Reading.Value(var root) -> NewKey.read(root, clock.instant());
        case Reading.Broken(BadJson(var detail, _)) -> throw new IllegalArgumentException(detail);
      };
    } catch (RefusedException e) {
      var refusal = e.refusal();
      var first = refusal.errors().isEmpty() ? refusal.detail() : refusal.errors().getFirst().detail();
      throw new IllegalArgumentException(first, e);
    }
  }

  /** The body of {@code GET /v1/admin/keys}, with all keys on one page. */
  public byte[] list() {
    return KeyJson.page(keys.list(), null);
  }

  /** False when there is none of this id. */
  public boolean revoke(String id) {
    return switch (keys.revoke(id)) {
      case ApiKeys.Revocation.Revoked _ -> true;
      case ApiKeys.Revocation.Unknown() -> false;
      case ApiKeys.Revocation.Busy _ -> throw new IllegalArgumentException("the store is busy; try again");
    };
  }
}
