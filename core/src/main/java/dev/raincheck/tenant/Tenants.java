package dev.raincheck.tenant;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Row;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The tenants by name and number. Rows carry the number; the name is for people. The first key of a
 * tenant creates it. Both are unique and never change.
 */
public final class Tenants {
  /** The tenant that always exists. */
  public static final String DEFAULT = "default";

  /** Its number. */
  public static final int DEFAULT_NUMBER = 1;

  /** How many there may be: all of them are in memory. */
  public static final int COUNT_MAX = 10_000;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final Key.Doc LAST = new Key.Doc(Directory.SYSTEM, "tenant_number", "last");

  private final Documents documents;
  private final Directory directory;

  Tenants(Documents documents, Directory directory) {
    this.documents = documents;
    this.directory = directory;
  }

  /** Whether it could be one: {@code [a-z0-9][a-z0-9._-]*}, at most 63 characters. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The tenant's number, if there is one by that name. */
  public Optional<Integer> number(String name) {
    if (name.equals(DEFAULT)) return Optional.of(DEFAULT_NUMBER);
    return Optional.ofNullable(directory.snapshot().tenants().get(name));
  }

  /** The tenant's name, if there is one of that number. */
  public Optional<String> name(int number) {
    if (number == DEFAULT_NUMBER) return Optional.of(DEFAULT);
    return Optional.ofNullable(directory.snapshot().names().get(number));
  }

  /** All of them, numbers by name, in alphabetical order. */
  public Map<String, Integer> all() {
    var all = new TreeMap<>(directory.snapshot().tenants());
    all.put(DEFAULT, DEFAULT_NUMBER);
    return all;
  }

  /**
   * The same, once those have been read that other nodes may have made.
   *
   * @throws dev.raincheck.ledger.StoreException if they cannot be read
   */
  public Map<String, Integer> allNow() {
    directory.changed();
    return all();
  }

  /** What became of a wish for a tenant. */
  public sealed interface Obtained {
    record Tenant(int number) implements Obtained {}

    /** There are {@link #COUNT_MAX}. */
    record TooMany() implements Obtained {}

    /** Nothing was written; the server is overloaded or about to stop. */
    record Busy(Duration retryAfter) implements Obtained {}
  }

  /**
   * The tenant by that name, made if need be.
   *
   * @throws IllegalArgumentException if it {@linkplain #isName is no name}
   */
  public Obtained obtain(String name) {
    if (!isName(name)) throw new IllegalArgumentException("no name for a tenant: " + name);
    var known = number(name);
    return known.isPresent() ? new Obtained.Tenant(known.get()) : create(name);
  }

  /**
   * First a number that nobody else can get, then the name. If another node took the name
   * meanwhile, the number is wasted.
   */
  private Obtained create(String name) {
    return switch (nextNumber()) {
      case Obtained.Tenant(int number) -> give(name, number);
      case Obtained.TooMany full -> full;
      case Obtained.Busy busy -> busy;
    };
  }

  private Obtained nextNumber() {
    for (int tries = 0; tries < Documents.TRIES_MAX; tries++) {
      var last = documents.find(LAST);
      int number = last.map(doc -> Bodies.number(doc.body())).orElse(DEFAULT_NUMBER) + 1;
      if (number > COUNT_MAX) return new Obtained.TooMany();
      switch (documents.put(LAST, last.map(Row.Doc::version).orElse(0L), Bodies.number(number))) {
        case Documents.Put.Written _ -> {
          return new Obtained.Tenant(number);
        }
        case Documents.Put.Busy(var retryAfter) -> {
          return new Obtained.Busy(retryAfter);
        }
        case Documents.Put.Changed() -> {}
      }
    }
    return new Obtained.Busy(Documents.CROWDED);
  }

  private Obtained give(String name, int number) {
    var key = new Key.Doc(Directory.SYSTEM, Directory.TENANT, name);
    return switch (documents.put(key, 0, Bodies.number(number))) {
      case Documents.Put.Written _ -> new Obtained.Tenant(number);
      case Documents.Put.Busy(var retryAfter) -> new Obtained.Busy(retryAfter);
      case Documents.Put.Changed() ->
          new Obtained.Tenant(Bodies.number(documents.find(key).orElseThrow().body()));
    };
  }
}
