package dev.raincheck.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** "Did you mean": the known word that a mistyped one is nearest to. */
final class Nearest {
  private static final int COMPARED_LENGTH_MAX = 60;

  private Nearest() {}

  /** Empty when nothing is near: at most one edit in three letters. */
  static Optional<String> to(String typed, Collection<String> known) {
    if (typed.length() > COMPARED_LENGTH_MAX) return Optional.empty();
    var plain = plain(typed);
    return known.stream()
        .filter(word -> distance(plain, plain(word)) <= Math.max(1, plain.length() / 3))
        .min(Comparator.comparingInt(word -> distance(plain, plain(word))));
  }

  /** {@code maxAttempts}, {@code max-attempts} and {@code max_attempts} are one word. */
  private static String plain(String word) {
    return word.replaceAll("[-_. ]", "").toLowerCase(Locale.ROOT);
  }

  /** Insertions, deletions and replacements (Levenshtein). */
  private static int distance(String one, String other) {
    var row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) row[j] = j;
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
