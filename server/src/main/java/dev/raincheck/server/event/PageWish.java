package dev.raincheck.server.event;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Query;
import dev.raincheck.server.http.Refusal;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** How pages are asked for. */
final class PageWish {
  static final String AFTER = "after";
  private static final String LIMIT = "limit";
  private static final int LIMIT_DEFAULT = 25;
  private static final Pattern A_LIMIT = Pattern.compile("[1-9][0-9]?|100");
  /** Further than any history goes, and far from the end of the numbers. */
  private static final int DIGITS_MAX = 20;

  private PageWish() {}

  /**
   * How many entries a page may have.
   *
   * @throws dev.raincheck.server.http.RefusedException 400 if it is no integer from 1 to 100
   */
  static int limit(Query query) {
    var text = query.single(LIMIT).orElse(null);
    if (text == null) return LIMIT_DEFAULT;
    if (A_LIMIT.matcher(text).matches()) return Integer.parseInt(text);
    throw Refusal.ofParameter(ProblemCode.INVALID_REQUEST, LIMIT, "'limit' is a whole number from 1 to 100.")
        .asException();
  }

  /**
   * After which entry of a history a page begins; 0 by default.
   *
   * @throws dev.raincheck.server.http.RefusedException 400 if it is no number
   */
  static long after(Query query) {
    var text = query.single(AFTER);
    if (text.isEmpty()) return 0;
    return number(text.get())
        .orElseThrow(
            () ->
                Refusal.ofParameter(
                        ProblemCode.INVALID_REQUEST, AFTER, "'after' is the number of an entry, such as 12; or 0.")
                    .asException());
  }

  /** The number of an entry, in digits; empty if it is none. What is too large for any is cut. */
  static OptionalLong number(String text) {
    if (text.isEmpty() || text.length() > DIGITS_MAX) return OptionalLong.empty();
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') return OptionalLong.empty();
      number = Math.min(Integer.MAX_VALUE, number * 10 + c - '0');
    }
    return OptionalLong.of(number);
  }
}
