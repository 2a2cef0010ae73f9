package dev.raincheck.tenant;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a credential may do. None contains another, but for {@code operations:submit}, which
 * contains {@code operations:submit:<type>} of every type.
 */
public final class Scopes {
  public static final String SUBMIT = "operations:submit";
  public static final String READ = "operations:read";
  public static final String CANCEL = "operations:cancel";

  /** Tenants, keys and quotas. */
  public static final String ADMIN = "admin";

  /** How many one credential may have. */
  public static final int COUNT_MAX = 50;

  private static final List<String> WHOLE = List.of(ADMIN, CANCEL, READ, SUBMIT);
  private static final String SUBMIT_ONE = SUBMIT + ":";
  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");
  private static final int TYPE_LENGTH_MAX = 100;

  public static final Scopes ALL = new Scopes(WHOLE);

  /** For a credential that is good and may do nothing here. */
  public static final Scopes NONE = new Scopes(List.of());

  private final List<String> words;

  private Scopes(List<String> words) {
    this.words = words;
  }

  /**
   * @throws IllegalArgumentException if there are none, more than {@link #COUNT_MAX}, or one that
   *     is not {@linkplain #isScope a scope}
   */
  public static Scopes of(Collection<String> words) {
    var sorted = new TreeSet<>(words);
    if (sorted.isEmpty() || sorted.size() > COUNT_MAX) {
      throw new IllegalArgumentException("a credential has 1 to %d scopes".formatted(COUNT_MAX));
    }
    for (var word : sorted) {
      if (!isScope(word)) throw new IllegalArgumentException("no such scope: " + word);
    }
    return new Scopes(List.copyOf(sorted));
  }

  /** Whether there is such a scope; a type that it names need not exist. */
  public static boolean isScope(String word) {
    if (WHOLE.contains(word)) return true;
    if (!word.startsWith(SUBMIT_ONE)) return false;
    var type = word.substring(SUBMIT_ONE.length());
    return type.length() <= TYPE_LENGTH_MAX && TYPE.matcher(type).matches();
  }

  /**
   * Whether this much is allowed, at least in part: {@code operations:submit} is, if any type may
   * be submitted. Who knows the type asks for {@code operations:submit:<type>}.
   */
  public boolean allows(String asked) {
    for (var word : words) {
      if (word.equals(asked) || contains(word, asked) || contains(asked, word)) return true;
    }
    return false;
  }

  /** In alphabetical order. */
  public List<String> words() {
    return words;
  }

  private static boolean contains(String whole, String part) {
    return whole.equals(SUBMIT) && part.startsWith(SUBMIT_ONE);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Scopes scopes && words.equals(scopes.words);
  }

  @Override
  public int hashCode() {
    return words.hashCode();
  }

  @Override
  public String toString() {
    return String.join(" ", words);
  }
}
