package dev.raincheck.server.operation;

/** How much a submit may say beside its input; and which words and texts it may use. */
final class Limits {
  static final int METADATA_PAIRS_MAX = 50;
  static final int METADATA_KEY_MAX = 40;
  static final int METADATA_VALUE_MAX = 500;
  static final int TAGS_MAX = 20;
  static final int TAG_MAX = 64;
  static final int CORRELATION_MAX = 128;
  static final int DEADLINE_SECONDS_MAX = 31_536_000;

  private static final String TAG_PUNCTUATION = "_.:-";

  private Limits() {}

  static boolean isTag(String text) {
    if (text.isEmpty() || text.length() > TAG_MAX) return false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!plain && TAG_PUNCTUATION.indexOf(c) < 0) return false;
    }
    return true;
  }

  static boolean isCorrelation(String text) {
    if (text.isEmpty() || text.length() > CORRELATION_MAX) return false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '!' || c > '~') return false;
    }
    return true;
  }

  /** In characters, not in UTF-16 units. */
  static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
