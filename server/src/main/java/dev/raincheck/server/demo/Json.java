package dev.raincheck.server.demo;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as trees. */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private Json() {}

  /** The object in the bytes; an empty one if there is none. */
  static JsonNode object(byte[] bytes) {
    try {
      var json = MAPPER.readTree(bytes);
      if (json != null && json.isObject()) return json;
    } catch (JacksonException notJson) {
      // As if nothing had been said.
    }
    return MAPPER.createObjectNode();
  }
}
