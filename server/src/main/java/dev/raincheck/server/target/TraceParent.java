package dev.raincheck.server.target;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The W3C header {@code traceparent}. */
final class TraceParent {
  /** Later versions may append fields, which a reader of version 00 drops. */
  private static final Pattern PARENT =
      Pattern.compile(
          "(?:00|(?!00|ff)[0-9a-f]{2}(?=.{52}(?:-.*)?$))"
              + "-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?");

  private static final HexFormat HEX = HexFormat.of();

  private TraceParent() {}

  /** The same trace with a new span, or empty if there is no trace that could be read. */
  static Optional<String> child(String parent, RandomGenerator dice) {
    var parts = PARENT.matcher(parent);
    boolean isLonger = parent.length() > 55;
    if (!parts.matches() || (parent.startsWith("00") && isLonger)) return Optional.empty();
    long span = dice.nextLong();
    // Zero means "no span".
    String id = HEX.toHexDigits(span == 0 ? 1 : span);
    return Optional.of("00-" + parts.group(1) + "-" + id + "-" + parts.group(2));
  }
}
