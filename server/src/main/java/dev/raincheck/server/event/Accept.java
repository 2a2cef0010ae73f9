package dev.raincheck.server.event;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of the media types on offer a request would have (RFC 9110, 12.5.1): the highest quality wins, then
 * the range that names it most closely, then the order of the offers. Elements that cannot be read are
 * skipped, because a preference is never broken HTTP.
 */
final class Accept {
  static final String JSON = "application/json";
  static final String SSE = "text/event-stream";
  static final String NDJSON = "application/x-ndjson";

  private final List<String> ranges;

  private Accept(List<String> ranges) {
    this.ranges = ranges;
  }

  static Accept of(List<String> lines) {
    return new Accept(
        lines.stream()
            .flatMap(line -> List.of(line.split(",", -1)).stream())
            .map(element -> element.strip().toLowerCase(Locale.ROOT))
            .filter(element -> !element.isEmpty())
            .toList());
  }

  /** The best of the offers; null if none is acceptable. Without a wish, the first. */
  @Nullable String best(String... offers) {
    if (ranges.isEmpty()) return offers[0];
    String best = null;
    var bestWish = Wish.NONE;
    for (String offer : offers) {
      var wish = wish(offer);
      if (!wish.betterThan(bestWish)) continue;
      best = offer;
      bestWish = wish;
    }
    return best;
  }

  /**
   * How much a type is wanted.
   *
   * @param quality 0 to 1000; 0 is not at all
   * @param closeness 0 for any type, 1 for its kind, 2 for itself
   */
  private record Wish(int quality, int closeness) {
    static final Wish NONE = new Wish(0, -1);

    boolean betterThan(Wish other) {
      if (quality != other.quality) return quality > other.quality;
      return quality > 0 && closeness > other.closeness;
    }
  }

  /** The closest range decides, as the RFC says. */
  private Wish wish(String offer) {
    var found = Wish.NONE;
    for (String range : ranges) {
      int semicolon = range.indexOf(';');
      var type = (semicolon < 0 ? range : range.substring(0, semicolon)).strip();
      int closeness = closeness(type, offer);
      if (closeness > found.closeness()) found = new Wish(quality(range), closeness);
    }
    return found;
  }

  private static int closeness(String range, String offer) {
    if (range.equals(offer)) return 2;
    if (range.equals("*/*")) return 0;
    boolean kind = range.endsWith("/*") && offer.startsWith(range.substring(0, range.length() - 1));
    return kind ? 1 : -1;
  }

  private static int quality(String range) {
    for (String parameter : range.split(";", -1)) {
      var pair = parameter.strip();
      if (!pair.startsWith("q=")) continue;
      var text = pair.substring(2);
      return text.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? (int) Math.round(Double.parseDouble(text) * 1000) : 1000;
    }
    return 1000;
  }
}
