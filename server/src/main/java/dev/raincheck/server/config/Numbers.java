package dev.raincheck.server.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers as people write them into a file. */
final class Numbers {
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,12}");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]{1,12})?");
  private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,9}) ?([A-Za-z]{1,7})");

  private static final Map<String, Long> UNITS =
      Map.ofEntries(
          Map.entry("s", 1L),
          Map.entry("sec", 1L),
          Map.entry("seconds", 1L),
          Map.entry("m", 60L),
          Map.entry("min", 60L),
          Map.entry("minutes", 60L),
          Map.entry("h", 3_600L),
          Map.entry("hours", 3_600L),
          Map.entry("d", 86_400L),
          Map.entry("days", 86_400L),
          Map.entry("kb", 1_000L),
          Map.entry("kib", 1_024L),
          Map.entry("k", 1_024L),
          Map.entry("mb", 1_000_000L),
          Map.entry("mib", 1_048_576L),
          Map.entry("gb", 1_000_000_000L),
          Map.entry("gib", 1_073_741_824L));

  private Numbers() {}

  static Optional<Long> whole(String text) {
    return WHOLE.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  static Optional<Double> decimal(String text) {
    return DECIMAL.matcher(text).matches() ? Optional.of(Double.valueOf(text)) : Optional.empty();
  }

  /** What {@code 30s} or {@code 1 MiB} means: seconds or bytes. For advice only. */
  static Optional<Long> withUnit(String text) {
    var form = WITH_UNIT.matcher(text);
    if (!form.matches()) return Optional.empty();
    var unit = UNITS.get(form.group(2).toLowerCase(Locale.ROOT));
    return unit == null ? Optional.empty() : Optional.of(Long.parseLong(form.group(1)) * unit);
  }
}
