package dev.raincheck.server.auth;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Request;
import java.util.List;

/** What a request presents in {@code Authorization}. */
sealed interface Credential {
  record None() implements Credential {}

  /** The text after {@code Bearer}; what it is remains to be seen. */
  record Bearer(String token) implements Credential {}

  /** Another scheme, several headers, or no token of RFC 6750. */
  record Malformed() implements Credential {}

  static Credential of(Request request) {
    return of(request.headers(HeaderNames.AUTHORIZATION));
  }

  /** From the values of all {@code Authorization} headers. */
  static Credential of(List<String> values) {
    if (values.isEmpty()) return new None();
    var value = values.getFirst();
    int space = value.indexOf(' ');
    if (values.size() > 1 || space < 0 || !value.substring(0, space).equalsIgnoreCase("Bearer")) {
      return new Malformed();
    }
    int start = space;
    while (start < value.length() && value.charAt(start) == ' ') start++;
    var token = value.substring(start);
    return isToken(token) ? new Bearer(token) : new Malformed();
  }

  /** {@code token68}: letters, digits, {@code -._~+/}, then equals signs. */
  private static boolean isToken(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') end--;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && "-._~+/".indexOf(c) < 0) return false;
    }
    return end > 0;
  }
}
