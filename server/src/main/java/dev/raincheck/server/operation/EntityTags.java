package dev.raincheck.server.operation;

import java.util.ArrayList;
import java.util.List;

/** The lists of {@code If-None-Match} and {@code If-Match} (RFC 9110, 8.8.3 and 13.1). */
final class EntityTags {
  private EntityTags() {}

  /**
   * The entity tags of all lines of a header, as sent ({@code W/"…"} or {@code "…"}), {@code *}
   * among them. What is no entity tag is left out: it matches nothing.
   */
  static List<String> parse(List<String> lines) {
    var tags = new ArrayList<String>(2);
    for (var line : lines) parse(line, tags);
    return tags;
  }

  private static void parse(String line, List<String> into) {
    for (int at = 0; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == ' ' || c == '\t' || c == ',') continue;
      int quote = line.startsWith("W/\"", at) ? at + 2 : at;
      int end = line.charAt(quote) == '"' ? line.indexOf('"', quote + 1) : -1;
      if (end > 0) {
        into.add(line.substring(at, end + 1));
        at = end;
        continue;
      }
      int comma = line.indexOf(',', at);
      var token = line.substring(at, comma < 0 ? line.length() : comma).strip();
      if (token.equals("*")) into.add(token);
      at = comma < 0 ? line.length() : comma;
    }
  }

  /** {@code If-None-Match}: the prefix {@code W/} does not count. */
  static boolean matchWeakly(List<String> lines, String current) {
    for (var tag : parse(lines)) {
      if (tag.equals("*") || tag.equals(current)) return true;
      if (tag.startsWith("W/") && tag.regionMatches(2, current, 0, current.length())
          && tag.length() == current.length() + 2) {
        return true;
      }
    }
    return false;
  }
}
