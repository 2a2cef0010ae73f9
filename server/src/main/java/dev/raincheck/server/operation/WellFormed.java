package dev.raincheck.server.operation;

/** Text that UTF-8 can hold: without half a surrogate pair. */
public final class WellFormed {
  private WellFormed() {}

  static boolean is(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) continue;
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) return false;
      i++;
    }
    return true;
  }

  /** The text with U+FFFD for what is no character. */
  public static String text(String text) {
    if (is(text)) return text;
    var whole = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
