package dev.raincheck.server.serve;

import dev.raincheck.ledger.Ledger;
import dev.raincheck.server.auth.KeyDesk;
import dev.raincheck.server.cli.OfflineKeys;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.tenant.ApiKeys;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;

/** API keys in a store that no server has open: the way to a first key. */
public final class StoredKeys implements OfflineKeys {
  private final InstantSource clock;
  private final SecureRandom chance;

  public StoredKeys(InstantSource clock, SecureRandom chance) {
    this.clock = clock;
    this.chance = chance;
  }

  @Override
  public byte[] create(ServerConfig config, byte[] request) {
    return at(config, desk -> desk.create(request));
  }

  @Override
  public byte[] list(ServerConfig config) {
    return at(config, KeyDesk::list);
  }

  @Override
  public boolean revoke(ServerConfig config, String id) {
    return at(config, desk -> desk.revoke(id));
  }

  private <T> T at(ServerConfig config, Function<KeyDesk, T> work) {
    try (var stores = Stores.open(config, clock);
        var ledger = new Ledger(stores.store(), chance.nextLong() | 1, chance, (_, _) -> 0)) {
      var keys = ApiKeys.of(ledger, stores.store(), chance, clock);
      ledger.start();
      return work.apply(new KeyDesk(keys, clock));
    }
  }
}
