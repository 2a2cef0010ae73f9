package dev.raincheck.server.serve;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * What call-back tokens and cursors are signed with. It lives in the store, so that a restart and every
 * other node read what this one signed.
 */
final class ServerSecret {
  private static final Key.Doc DOCUMENT = new Key.Doc(0, "secret", "signing");
  private static final int BYTES = 32;

  private ServerSecret() {}

  /**
   * The secret, made at the first start. Of two nodes that start at once, both end up with the one that
   * came first.
   */
  static byte[] of(Store store, SecureRandom chance) {
    return read(store)
        .or(
            () -> {
              byte[] fresh = new byte[BYTES];
              chance.nextBytes(fresh);
              write(store, chance, fresh);
              return read(store);
            })
        .orElseThrow(() -> new IllegalStateException("the signing secret was written and is not there"));
  }

  private static Optional<byte[]> read(Store store) {
    return store.read(reader -> reader.doc(DOCUMENT)).map(Row.Doc::body);
  }

  private static void write(Store store, SecureRandom chance, byte[] secret) {
    try (var ledger = new Ledger(store, chance.nextLong() | 1, chance, (_, _) -> 0)) {
      var written = ledger.hand(new Command.Put(DOCUMENT, 0, secret));
      ledger.runOnce();
      written.join();
    }
  }
}
