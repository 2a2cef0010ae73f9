package dev.raincheck.server.demo;

import java.time.Duration;
import java.util.Locale;

/** Quantities as people read them. */
final class Text {
  private Text() {}

  static String bytes(long bytes) {
    if (bytes < 1_000) return bytes + " bytes";
    if (bytes < 1_000_000) return "%d kB".formatted(bytes / 1_000);
    return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  static String time(Duration time) {
    long millis = time.toMillis();
    if (millis < 1_000) return millis + " ms";
    return String.format(Locale.ROOT, millis < 100_000 ? "%.1f s" : "%.0f s", millis / 1e3);
  }

  static String count(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  static String many(long number, String unit) {
    return count(number) + " " + unit + (number == 1 ? "" : "s");
  }
}
