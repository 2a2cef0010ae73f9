package dev.raincheck.server.target;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The W3C header {@code traceparent}. */
final class TraceParent {
  private static final Pattern PARENT =
      Pattern.compile(
          "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

  private static final HexFormat HEX = HexFormat.of();

  private TraceParent() {}

  /** The same trace with a new span, or empty if there is no trace that could be read. */
  static Optional<String> child(String parent, RandomGenerator dice) {
    var parts = PARENT.matcher(parent);
    if (!parts.matches()) return Optional.empty();
    // Later versions may append fields, which are dropped with the version; 00 has no more.
    if (parts.group(1).equals("00") && parts.group(4) != null) return Optional.empty();
    long span = dice.nextLong();
    // Zero means "no span".
    String id = HEX.toHexDigits(span == 0 ? 1 : span);
    return Optional.of("00-" + parts.group(2) + "-" + id + "-" + parts.group(3));
  }
}
