package dev.raincheck.server.operation;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Idempotency-Key}: bare, as everyone sends it, or as the quoted String of a structured
 * field, as the draft wants it. Both forms of the same content are one key.
 */
final class IdempotencyKey {
  private static final int LENGTH_MAX = 255;

  private IdempotencyKey() {}

  /**
   * The key, unquoted; empty if there is none.
   *
   * @param lines the values of all such headers
   * @throws RefusedException 400 {@code idempotency_key_invalid}
   */
  static Optional<String> read(List<String> lines) {
    if (lines.isEmpty()) return Optional.empty();
    if (lines.size() > 1) throw invalid("Give the header Idempotency-Key once.");
    var key = parse(lines.getFirst().strip());
    if (key == null) {
      throw invalid(
          "An Idempotency-Key is 1 to 255 visible ASCII characters without quotes and commas, or a"
              + " quoted string of 1 to 255 printable ones.");
    }
    return Optional.of(key);
  }

  private static @Nullable String parse(String value) {
    var key = value.startsWith("\"") ? quoted(value) : bare(value);
    return key == null || key.isEmpty() || key.length() > LENGTH_MAX ? null : key;
  }

  private static @Nullable String bare(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < '!' || c > '~' || c == '"' || c == ',') return null;
    }
    return value;
  }

  /** RFC 9651, 4.2.5: a backslash only before a quote or a backslash. */
  private static @Nullable String quoted(String value) {
    var key = new StringBuilder(value.length());
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"') return i == value.length() - 1 ? key.toString() : null;
      if (c == '\\') {
        i++;
        c = i < value.length() ? value.charAt(i) : ' ';
        if (c != '"' && c != '\\') return null;
      }
      if (c < ' ' || c > '~') return null;
      key.append(c);
    }
    return null;
  }

  private static RefusedException invalid(String detail) {
    return Refusal.ofHeader(
            ProblemCode.IDEMPOTENCY_KEY_INVALID, HeaderNames.IDEMPOTENCY_KEY, detail)
        .asException();
  }
}
