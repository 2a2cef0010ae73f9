package dev.raincheck.server.config;

import java.util.Set;
import java.util.regex.Pattern;

/** The grammar of operation types. */
final class TypeNames {
  static final String RULE =
      "must be at most 100 of a-z, 0-9, '_', '-' in parts joined by '.', beginning with a letter";

  private static final Pattern GRAMMAR = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z0-9_-]+)*");

  /** Words that follow {@code /v1/operations/} with a meaning of their own. */
  private static final Set<String> WORDS = Set.of("cancel", "bulk");

  private TypeNames() {}

  static boolean isValid(String name) {
    return name.length() <= 100 && GRAMMAR.matcher(name).matches();
  }

  static boolean isReserved(String name) {
    return WORDS.contains(name) || name.equals("raincheck") || name.startsWith("raincheck.");
  }
}
