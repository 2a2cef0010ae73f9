package dev.raincheck.server.golden;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Compares JSON with what a golden file expects: the same members in the same order, strings with
 * placeholders, and {@code "...": "..."} for members that may follow.
 */
final class JsonLikeness {
  private final Placeholders placeholders;
  private final ArrayList<String> differences = new ArrayList<>();

  JsonLikeness(Placeholders placeholders) {
    this.placeholders = placeholders;
  }

  /** What differs, one line each. */
  ArrayList<String> compare(JsonNode expected, JsonNode actual) {
    compare("$", expected, actual);
    return differences;
  }

  private void compare(String path, JsonNode expected, JsonNode actual) {
    if (expected.isObject() && actual.isObject()) {
      objects(path, expected, actual);
    } else if (expected.isArray() && actual.isArray()) {
      if (expected.size() != actual.size()) {
        differ(path, expected, actual);
        return;
      }
      for (int i = 0; i < expected.size(); i++) {
        compare(path + "[" + i + "]", expected.get(i), actual.get(i));
      }
    } else if (expected.isString() && expected.stringValue().contains("{{") && !actual.isContainer()) {
      var text = actual.isString() ? actual.stringValue() : actual.toString();
      if (!placeholders.matches(expected.stringValue(), text)) differ(path, expected, actual);
    } else if (!expected.toString().equals(actual.toString())) {
      differ(path, expected, actual);
    }
  }

  private void objects(String path, JsonNode expected, JsonNode actual) {
    Iterator<Map.Entry<String, JsonNode>> there = actual.properties().iterator();
    for (var member : expected.properties()) {
      if (member.getKey().equals("...")) return;
      if (!there.hasNext()) {
        differences.add("%s.%s is missing".formatted(path, member.getKey()));
        return;
      }
      var found = there.next();
      if (!found.getKey().equals(member.getKey())) {
        differences.add("%s has %s where %s should be".formatted(path, found.getKey(), member.getKey()));
        return;
      }
      compare(path + "." + member.getKey(), member.getValue(), found.getValue());
    }
    if (there.hasNext()) differences.add("%s has %s as well".formatted(path, there.next()));
  }

  private void differ(String path, JsonNode expected, JsonNode actual) {
    differences.add("%s is %s, not %s".formatted(path, actual, expected));
  }
}
