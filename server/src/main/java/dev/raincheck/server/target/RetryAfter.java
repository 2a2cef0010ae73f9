package dev.raincheck.server.target;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jetty.http.HttpDateTime;

/** The header {@code Retry-After}: seconds, or a date in any of the three forms of HTTP. */
final class RetryAfter {
  static final Duration MAX = Duration.ofHours(24);

  private RetryAfter() {}

  /** The wait that the value asks for, at most {@link #MAX}; empty if it cannot be read. */
  static Optional<Duration> parse(String value, Instant now) {
    String text = value.strip();
    if (text.matches("[0-9]+")) return Optional.of(seconds(text));
    try {
      Instant until = HttpDateTime.parse(text).toInstant();
      return Optional.of(clamped(Duration.between(now, until)));
    } catch (IllegalArgumentException | DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  private static Duration seconds(String digits) {
    // More digits than this are past the cap, and past a long.
    if (digits.replaceFirst("^0+", "").length() > 9) return MAX;
    return clamped(Duration.ofSeconds(Long.parseLong(digits)));
  }

  private static Duration clamped(Duration wait) {
    if (wait.isNegative()) return Duration.ZERO;
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }
}
