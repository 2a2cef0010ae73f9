package dev.raincheck.server.operation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The W3C trace context of a request. One that cannot be read is as good as none. */
final class TraceParent {
  /** {@code 00-<32 hex>-<16 hex>-<2 hex>}. */
  private static final int LENGTH = 55;

  /** A later version may append fields. */
  private static final int LENGTH_MAX = 128;

  private TraceParent() {}

  /** The header as received, or null. */
  static @Nullable String read(List<String> lines) {
    if (lines.size() != 1) return null;
    var value = lines.getFirst().strip();
    return isValid(value) ? value : null;
  }

  private static boolean isValid(String value) {
    int length = value.length();
    if (length < LENGTH || length > LENGTH_MAX) return false;
    boolean fields =
        isHex(value, 0, 2)
            && value.charAt(2) == '-'
            && isHex(value, 3, 35)
            && value.charAt(35) == '-'
            && isHex(value, 36, 52)
            && value.charAt(52) == '-'
            && isHex(value, 53, 55);
    if (!fields || value.startsWith("ff") || isZero(value, 3, 35) || isZero(value, 36, 52)) {
      return false;
    }
    if (length == LENGTH) return true;
    return !value.startsWith("00") && value.charAt(LENGTH) == '-' && isVisible(value);
  }

  private static boolean isHex(String value, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = value.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) return false;
    }
    return true;
  }

  private static boolean isZero(String value, int from, int to) {
    for (int i = from; i < to; i++) if (value.charAt(i) != '0') return false;
    return true;
  }

  private static boolean isVisible(String value) {
    return value.chars().allMatch(c -> c > ' ' && c <= '~');
  }
}
