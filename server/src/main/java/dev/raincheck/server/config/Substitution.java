package dev.raincheck.server.config;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fills {@code ${NAME}} and {@code ${NAME:-default}} from the environment; {@code $${} stands for
 * {@code ${}. An empty variable counts as not set, as in a shell. What was filled in is not looked
 * at again.
 */
record Substitution(Function<String, @Nullable String> environment) {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$(\\$\\{)|\\$\\{(?:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?})?");

  /** The text cannot be filled in; the message says why. */
  static final class Unfilled extends Exception {
    Unfilled(String reason) {
      super(reason);
    }
  }

  String fill(String text) throws Unfilled {
    if (!text.contains("${")) return text;

    var filled = new StringBuilder();
    var reference = REFERENCE.matcher(text);
    int end = 0;
    while (reference.find()) {
      filled.append(text, end, reference.start());
      filled.append(
          reference.group(1) != null ? "${" : value(reference.group(2), reference.group(3)));
      end = reference.end();
    }
    return filled.append(text, end, text.length()).toString();
  }

  private String value(@Nullable String name, @Nullable String otherwise) throws Unfilled {
    if (name == null) {
      throw new Unfilled("has a \"${\" that is neither ${NAME} nor ${NAME:-default}");
    }
    var value = environment.apply(name);
    if (value != null && !value.isEmpty()) return value;
    if (otherwise != null) return otherwise;
    throw new Unfilled("needs the environment variable " + name + ", which is not set");
  }
}
