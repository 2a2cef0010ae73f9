package dev.raincheck.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reading the server's JSON without trusting its shape. */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Json() {}

  /** A body that must be a JSON object, whoever sent it. */
  static JsonNode parse(byte[] body) {
    try {
      var json = MAPPER.readTree(body);
      if (json != null && json.isObject()) return json;
    } catch (JacksonException notJson) {
      // Told below, as for JSON of another shape.
    }
    throw notOurs();
  }

  private static Failure notOurs() {
    return new Failure(
        ExitCode.UNREACHABLE, "the answer is not the JSON that Raincheck sends; is the URL right?");
  }

  /** What a page of a list holds. A stranger's object is not taken for a page of nothing. */
  static List<JsonNode> data(JsonNode page) {
    var data = page.get("data");
    if (data == null || !data.isArray()) throw notOurs();
    return list(page, "data");
  }

  /** A member's text; numbers and truth values as they are written. */
  static Optional<String> text(JsonNode object, String member) {
    var value = object.get(member);
    return value == null || value.isNull() || value.isContainer()
        ? Optional.empty()
        : Optional.of(value.asString());
  }

  static boolean isTrue(JsonNode object, String member) {
    var value = object.get(member);
    return value != null && value.isBoolean() && value.booleanValue();
  }

  static Optional<JsonNode> object(JsonNode object, String member) {
    var value = object.get(member);
    return value != null && value.isObject() ? Optional.of(value) : Optional.empty();
  }

  static List<JsonNode> list(JsonNode object, String member) {
    var items = new ArrayList<JsonNode>();
    var value = object.get(member);
    if (value != null && value.isArray()) value.forEach(items::add);
    return items;
  }

  /** The texts of a list, joined. */
  static String joined(JsonNode object, String member) {
    return String.join(", ", list(object, member).stream().map(JsonNode::asString).toList());
  }
}
