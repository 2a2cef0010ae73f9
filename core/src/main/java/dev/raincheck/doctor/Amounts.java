package dev.raincheck.doctor;

import java.util.Locale;

/** Figures as people read them. */
public final class Amounts {
  private static final long KIB = 1 << 10;
  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private Amounts() {}

  /** Such as {@code 45 s}, {@code 12 min} or {@code 3 days}; below two of a unit the smaller one is used. */
  public static String seconds(long seconds) {
    if (Math.abs(seconds) < 2 * MINUTE) return seconds + " s";
    if (Math.abs(seconds) < 2 * HOUR) return seconds / MINUTE + " min";
    if (Math.abs(seconds) < 2 * DAY) return seconds / HOUR + " h";
    return seconds / DAY + " days";
  }

  /** Such as {@code 45 ms} or {@code 2.5 s}. */
  public static String millis(long millis) {
    return Math.abs(millis) < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1_000.0);
  }

  /** Such as {@code 812 B} or {@code 1.5 GiB}. */
  public static String bytes(long bytes) {
    if (Math.abs(bytes) < KIB) return bytes + " B";
    var units = new String[] {"KiB", "MiB", "GiB", "TiB"};
    double value = bytes;
    int unit = -1;
    while (Math.abs(value) >= KIB && unit < units.length - 1) {
      value /= KIB;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
  }

  /** Such as {@code 1,234,567}. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
