package dev.raincheck.tenant;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All tenants and keys in memory, because every request asks. Read again after a commit of any node that
 * changed one, by whoever asks next.
 */
final class Directory implements Commit.Listener {
  /** Tenants and keys lie under no tenant: a credential is looked up before its tenant is known. */
  static final int SYSTEM = 0;

  static final String TENANT = "tenant";
  static final String API_KEY = "api_key";

  private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

  private final Documents documents;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile boolean stale = true;
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of(), Map.of(), false);

  Directory(Documents documents) {
    this.documents = documents;
  }

  /**
   * @param tenants numbers by name, without the default one
   * @param names the same the other way round
   * @param keys those that could be read, by id
   * @param anyKeys whether there are documents of keys, readable or not
   */
  record Snapshot(
      Map<String, Integer> tenants,
      Map<Integer, String> names,
      Map<String, KnownKey> keys,
      boolean anyKeys) {}

  @Override
  public void committed(Commit commit) {
    for (var document : commit.documents()) {
      if (document.kind().equals(TENANT) || document.kind().equals(API_KEY)) stale = true;
    }
  }

  /**
   * Never older than this node's last commit.
   *
   * @throws dev.raincheck.ledger.StoreException if it had to be read again and could not
   */
  Snapshot snapshot() {
    if (stale) {
      reading.lock();
      try {
        if (stale) read();
      } finally {
        reading.unlock();
      }
    }
    return snapshot;
  }

  /** Other nodes have changed something: whoever asks next reads it. */
  void changed() {
    stale = true;
  }

  private void read() {
    stale = false; // Before the read: what is committed during it makes it stale again.
    try {
      var found = documents.all(TENANT, API_KEY);
      var tenants = new HashMap<String, Integer>();
      var names = new HashMap<Integer, String>();
      for (var tenant : found.first()) {
        var number = readable(tenant.key(), () -> Bodies.number(tenant.body()));
        if (number == null) continue;
        tenants.put(tenant.key().id(), number);
        names.put(number, tenant.key().id());
      }
      var keys = new HashMap<String, KnownKey>();
      for (var key : found.second()) {
        var id = key.key().id();
        var stored = readable(key.key(), () -> Bodies.key(id, key.body()));
        if (stored != null) keys.put(id, KnownKey.of(stored, snapshot.keys().get(id)));
      }
      snapshot = new Snapshot(tenants, names, keys, !found.second().isEmpty());
    } catch (RuntimeException e) {
      stale = true;
      throw e;
    }
  }

  /** One that cannot be read admits nobody, and stops nobody else. */
  private static <T> @Nullable T readable(Key.Doc key, Supplier<T> body) {
    try {
      return body.get();
    } catch (RuntimeException e) {
      LOG.warn("the {} {} cannot be read and is left out", key.kind(), key.id(), e);
      return null;
    }
  }
}
