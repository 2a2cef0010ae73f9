package dev.raincheck.server.golden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs from run to run. {@code {{id}}} in an answer stands for any operation id and is bound
 * to it by its first appearance; the same word means the same value from then on, in requests too.
 */
final class Placeholders {
  private static final Pattern NAME = Pattern.compile("\\{\\{([a-z]+)([0-9]*)}}");

  /** These are never bound: each appearance may be another value. */
  private static final Set<String> FREE = Set.of("any", "time", "date", "seconds", "request", "number");

  private static final Map<String, String> SHAPES =
      Map.ofEntries(
          Map.entry("id", "op_[0-7][0-9A-HJKMNP-TV-Z]{25}"),
          Map.entry("time", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"),
          Map.entry("date", "[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"),
          Map.entry("etag", "\"[!-~&&[^\"]]+\""),
          Map.entry("digest", "[A-Za-z0-9+/=_-]+"),
          Map.entry("seconds", "[0-9]+"),
          Map.entry("ticket", "tk_[A-Za-z0-9_-]{60,400}"),
          Map.entry("number", "-?[0-9.]+"),
          Map.entry("request", "req_[0-9A-Z]{24}"),
          Map.entry("event", "evt_[0-9A-HJKMNP-TV-Z]{26}"),
          Map.entry("cursor", "[A-Za-z0-9_-]{34}"));

  private final Map<String, String> bound = new HashMap<>();

  void bind(String name, String value) {
    bound.put(name, value);
  }

  /** The text of a request with every placeholder replaced. */
  String fill(String text) {
    return NAME.matcher(text)
        .replaceAll(
            found -> {
              var value = bound.get(found.group(1) + found.group(2));
              if (value == null) throw new AssertionError("nothing is bound to " + found.group());
              return Matcher.quoteReplacement(value);
            });
  }

  /** Whether a text of an answer is as expected; binds what is new in it. */
  boolean matches(String expected, String actual) {
    var names = new ArrayList<String>();
    var shape = new StringBuilder();
    var found = NAME.matcher(expected);
    int from = 0;
    while (found.find()) {
      shape.append(Pattern.quote(expected.substring(from, found.start())));
      from = found.end();
      var name = found.group(1) + found.group(2);
      var value = bound.get(name);
      if (value != null) {
        shape.append(Pattern.quote(value));
      } else {
        names.add(name);
        shape.append('(').append(SHAPES.getOrDefault(found.group(1), ".*")).append(')');
      }
    }
    shape.append(Pattern.quote(expected.substring(from)));
    var match = Pattern.compile(shape.toString(), Pattern.DOTALL).matcher(actual);
    if (!match.matches()) return false;
    for (int i = 0; i < names.size(); i++) remember(names, i, match.group(i + 1));
    return true;
  }

  private void remember(List<String> names, int at, String value) {
    if (!FREE.contains(names.get(at))) bound.put(names.get(at), value);
  }
}
