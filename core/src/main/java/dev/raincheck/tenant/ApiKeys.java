package dev.raincheck.tenant;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API keys: made, shown once, recognized, revoked. A key reads {@code rk_live_<8>_<43>_<6>} in
 * base 62: a public id, 256 random bits, and a CRC-32 of what stands before. Only the SHA-256 of
 * the secret part is kept.
 *
 * <p>Keys are recognized from memory. A change on this node counts from its commit on; a change on
 * another node from the next {@link #refresh}. Safe for use by several threads.
 */
public final class ApiKeys {
  /**
   * How many there may be; over that, a new one takes the place of one that is expired or revoked.
   */
  public static final int COUNT_MAX = 10_000;

  private final Documents documents;
  private final Directory directory;
  private final Tenants tenants;
  private final SecureRandom random;
  private final InstantSource clock;

  private ApiKeys(
      Documents documents, Directory directory, SecureRandom random, InstantSource clock) {
    this.documents = documents;
    this.directory = directory;
    this.tenants = new Tenants(documents, directory);
    this.random = random;
    this.clock = clock;
  }

  /**
   * Before {@link Ledger#start}: it listens to the ledger. Nothing is read before the first
   * question.
   */
  public static ApiKeys of(Ledger ledger, Store store, SecureRandom random, InstantSource clock) {
    var documents = new Documents(ledger, store);
    var directory = new Directory(documents);
    ledger.listen(directory);
    return new ApiKeys(documents, directory, random, clock);
  }

  /**
   * What a presented key turns out to be. Expired and revoked is only told to who knows the secret.
   */
  public sealed interface Verdict {
    record Known(Principal principal) implements Verdict {}

    record Unknown() implements Verdict {}

    record Expired() implements Verdict {}

    record Revoked() implements Verdict {}
  }

  /** What became of a new key. */
  public sealed interface Creation {
    /**
     * @param secret the whole key as its owner must present it; never to be seen again
     */
    record Created(ApiKey key, String secret) implements Creation {
      /** So that no log shows the secret. */
      @Override
      public String toString() {
        return "Created[key=" + key + "]";
      }
    }

    /** There are {@link #COUNT_MAX} keys in use. */
    record TooManyKeys() implements Creation {}

    /** There are {@link Tenants#COUNT_MAX} tenants. */
    record TooManyTenants() implements Creation {}

    /** Nothing was written; the server is overloaded or about to stop. */
    record Busy(Duration retryAfter) implements Creation {}
  }

  /** What became of a wish to revoke a key. */
  public sealed interface Revocation {
    /** It is revoked, perhaps since long. */
    record Revoked(ApiKey key) implements Revocation {}

    record Unknown() implements Revocation {}

    /** Nothing was written; the server is overloaded or about to stop. */
    record Busy(Duration retryAfter) implements Revocation {}
  }

  public Tenants tenants() {
    return tenants;
  }

  /**
   * Whether there are no keys at all, not even unreadable or revoked ones.
   *
   * @throws dev.raincheck.ledger.StoreException as {@link #verify} does
   */
  public boolean isEmpty() {
    return !directory.snapshot().anyKeys();
  }

  /**
   * Recognizes a key, in about a microsecond. The time does not tell how much of a secret was
   * right.
   *
   * @param presented anything
   * @throws dev.raincheck.ledger.StoreException if keys have changed and the store cannot be read
   */
  public Verdict verify(String presented) {
    var id = KeyText.id(presented);
    if (id == null) return new Verdict.Unknown();
    var key = directory.snapshot().keys().get(id);
    var hash = KeyText.hash(presented); // Also for an unknown id: ids are not secret, but why tell.
    if (key == null || !key.isSecret(hash)) return new Verdict.Unknown();
    return key.use(clock.instant());
  }

  /**
   * How a key stands, by its public id: for what was made with it and must not outlive it.
   *
   * @throws dev.raincheck.ledger.StoreException as {@link #verify} does
   */
  public Verdict standing(String id) {
    var key = directory.snapshot().keys().get(id);
    return key == null ? new Verdict.Unknown() : key.judge(clock.instant());
  }

  /**
   * Makes a key, and its tenant if that is new.
   *
   * @param expiresAt null for never
   * @throws IllegalArgumentException if a name has not the form of {@link ApiKey#isName} or {@link
   *     Tenants#isName}
   * @throws dev.raincheck.ledger.StoreException if nobody knows whether it was written
   */
  public Creation create(String name, String tenant, Scopes scopes, @Nullable Instant expiresAt) {
    if (!makeRoom()) return new Creation.TooManyKeys();
    return switch (tenants.obtain(tenant)) {
      case Tenants.Obtained.TooMany() -> new Creation.TooManyTenants();
      case Tenants.Obtained.Busy(var retryAfter) -> new Creation.Busy(retryAfter);
      case Tenants.Obtained.Tenant(int number) -> create(name, tenant, number, scopes, expiresAt);
    };
  }

  private Creation create(
      String name, String tenant, int number, Scopes scopes, @Nullable Instant expiresAt) {
    var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var end = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS);
    for (int tries = 0; tries < Documents.TRIES_MAX; tries++) {
      var secret = KeyText.draw(random);
      var id = KeyText.idOf(secret);
      var key = new ApiKey(id, name, tenant, number, scopes, now, end, null, null);
      switch (documents.put(document(id), 0, Bodies.key(key, KeyText.hash(secret)))) {
        case Documents.Put.Written _ -> {
          return new Creation.Created(key, secret);
        }
        case Documents.Put.Busy(var retryAfter) -> {
          return new Creation.Busy(retryAfter);
        }
        case Documents.Put.Changed() -> {} // The id is taken: once in many billions.
      }
    }
    return new Creation.Busy(Documents.CROWDED);
  }

  /** Refuses the key from now on. It stays in the list. */
  public Revocation revoke(String id) {
    if (!KeyText.isId(id)) return new Revocation.Unknown();
    for (int tries = 0; tries < Documents.TRIES_MAX; tries++) {
      var found = documents.find(document(id));
      if (found.isEmpty()) return new Revocation.Unknown();
      var stored = Bodies.key(id, found.get().body());
      if (stored.key().revokedAt() != null) return new Revocation.Revoked(stored.key());

      var revoked = stored.key().revoked(clock.instant().truncatedTo(ChronoUnit.MILLIS));
      var body = Bodies.key(revoked, stored.hash());
      switch (documents.put(document(id), found.get().version(), body)) {
        case Documents.Put.Written _ -> {
          return new Revocation.Revoked(revoked);
        }
        case Documents.Put.Busy(var retryAfter) -> {
          return new Revocation.Busy(retryAfter);
        }
        case Documents.Put.Changed() -> {}
      }
    }
    return new Revocation.Busy(Documents.CROWDED);
  }

  /** All keys, newest first, then by id. */
  public List<ApiKey> list() {
    return directory.snapshot().keys().values().stream()
        .map(KnownKey::key)
        .sorted(Comparator.comparing(ApiKey::createdAt).reversed().thenComparing(ApiKey::id))
        .toList();
  }

  public Optional<ApiKey> find(String id) {
    return Optional.ofNullable(directory.snapshot().keys().get(id)).map(KnownKey::key);
  }

  /** Other nodes have changed a tenant or a key: whoever asks next reads what there is. */
  public void changed() {
    directory.changed();
  }

  /**
   * False if all keys are in use. Forgets the one that has been over for longest if there are too
   * many.
   */
  private boolean makeRoom() {
    var keys = directory.snapshot().keys().values();
    if (keys.size() < COUNT_MAX) return true;

    var now = clock.instant();
    var oldest =
        keys.stream()
            .map(KnownKey::key)
            .filter(key -> !key.overSince().isAfter(now))
            .min(Comparator.comparing(ApiKey::overSince));
    if (oldest.isEmpty()) return false;
    var found = documents.find(document(oldest.get().id())).map(Row.Doc::version);
    found.ifPresent(version -> documents.put(document(oldest.get().id()), version, null));
    return true;
  }

  private static Key.Doc document(String id) {
    return new Key.Doc(Directory.SYSTEM, Directory.API_KEY, id);
  }
}
