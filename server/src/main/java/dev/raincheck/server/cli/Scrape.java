package dev.raincheck.server.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A node's metrics at one moment, from their Prometheus text.
 *
 * @param atNanos when they were asked for, by a monotonic clock
 */
record Scrape(long atNanos, List<Sample> samples) {
  private static final Pattern LINE =
      Pattern.compile("(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(?<labels>.*)})? (?<value>\\S+)(?: \\d+)?");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** More than a node with all types that it may have tells. */
  private static final int SAMPLES_MAX = 200_000;

  record Sample(String name, Map<String, String> labels, double value) {
    /** A label, or nothing. */
    String label(String label) {
      return labels.getOrDefault(label, "");
    }
  }

  static Scrape parse(String text, long atNanos) {
    var samples = new ArrayList<Sample>();
    text.lines()
        .filter(line -> line.startsWith("raincheck_"))
        .limit(SAMPLES_MAX)
        .forEach(
            line -> {
              var parts = LINE.matcher(line);
              if (parts.matches()) samples.add(new Sample(parts.group("name"), labels(parts.group("labels")), number(parts.group("value"))));
            });
    return new Scrape(atNanos, samples);
  }

  private static Map<String, String> labels(String text) {
    var labels = new HashMap<String, String>();
    var next = LABEL.matcher(text == null ? "" : text);
    while (next.find()) labels.put(next.group(1), next.group(2).replaceAll("\\\\(.)", "$1"));
    return labels;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException notPrometheus) {
      return Double.NaN;
    }
  }

  List<Sample> all(String name) {
    return samples.stream().filter(sample -> sample.name.equals(name)).toList();
  }

  double sum(String name, Predicate<Sample> which) {
    return samples.stream().filter(sample -> sample.name.equals(name) && which.test(sample)).mapToDouble(Sample::value).sum();
  }

  double sum(String name) {
    return sum(name, _ -> true);
  }

  Duration since(Scrape earlier) {
    return Duration.ofNanos(Math.max(1, atNanos - earlier.atNanos));
  }
}
