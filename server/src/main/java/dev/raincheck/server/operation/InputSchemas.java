package dev.raincheck.server.operation;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Types;
import dev.raincheck.server.json.JsonSchema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** The JSON Schemas of inputs, compiled once. */
final class InputSchemas {
  private final Map<String, JsonSchema> schemas = new HashMap<>();

  /**
   * @throws IllegalArgumentException if a schema is not one
   */
  InputSchemas(Types types) {
    for (var type : types.all()) {
      var text = type.schemas().input();
      if (text != null) schemas.put(type.name(), compile(type, text));
    }
  }

  private static JsonSchema compile(OperationType type, String text) {
    try {
      return JsonSchema.compile(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the input schema of %s cannot be used: %s".formatted(type.name(), wrong.getMessage()), wrong);
    }
  }

  boolean has(String type) {
    return schemas.containsKey(type);
  }

  /**
   * Adds what is wrong with an input.
   *
   * @param input null without one, which is validated as JSON's null
   * @param at the pointer to the input in the request's body
   */
  void validate(String type, @Nullable JsonNode input, String at, Wrongs wrongs) {
    var schema = schemas.get(type);
    if (schema == null) return;
    var found = schema.validate(input == null ? NullNode.getInstance() : input, at);
    if (input == null && !found.isEmpty()) {
      wrongs.at(at, "There is no input, and this type needs one.");
      return;
    }
    // A message may repeat half a surrogate pair of the input's.
    for (var wrong : found) wrongs.at(WellFormed.text(wrong.pointer()), WellFormed.text(wrong.detail()));
  }
}
