package dev.raincheck.server.operation;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.path.PathType;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Types;
import dev.raincheck.server.json.Pointers;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** The JSON Schemas of inputs, compiled once. Nothing is ever fetched: a reference leads to itself. */
final class InputSchemas {
  private static final int DETAIL_CHARS_MAX = 500;

  private final Map<String, Schema> schemas = new HashMap<>();

  /**
   * @throws IllegalArgumentException if a schema is not one
   */
  InputSchemas(Types types) {
    var registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .pathType(PathType.JSON_POINTER)
                        .locale(Locale.ROOT)
                        .build()));
    for (var type : types.all()) {
      var text = type.schemas().input();
      if (text != null) schemas.put(type.name(), compile(registry, type, text));
    }
  }

  private static Schema compile(SchemaRegistry registry, OperationType type, String text) {
    try {
      var schema = registry.getSchema(text);
      schema.validate(NullNode.getInstance()); // References are resolved at the first use.
      return schema;
    } catch (RuntimeException wrong) {
      throw new IllegalArgumentException(
          "the input schema of %s cannot be used: %s".formatted(type.name(), message(wrong)), wrong);
    }
  }

  private static @Nullable String message(RuntimeException wrong) {
    return wrong instanceof JacksonException json ? json.getOriginalMessage() : wrong.getMessage();
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
    try {
      for (var error : schema.validate(input == null ? NullNode.getInstance() : input)) {
        wrongs.at(pointer(at, error), detail(error));
      }
    } catch (ValidationLimitExceededException tooMuch) {
      wrongs.at(at, "This takes too long to be compared with the schema.");
    }
  }

  private static String pointer(String at, Error error) {
    var path = error.getInstanceLocation();
    var pointer = at;
    for (int i = 0; i < path.getNameCount(); i++) {
      pointer = Pointers.child(pointer, String.valueOf(path.getElement(i)));
    }
    // The member that is missing or one too many, rather than the object around it.
    return error.getProperty() == null ? pointer : Pointers.child(pointer, error.getProperty());
  }

  private static String detail(Error error) {
    var message = WellFormed.text(error.getMessage());
    return message.length() <= DETAIL_CHARS_MAX
        ? message
        : WellFormed.text(message.substring(0, DETAIL_CHARS_MAX)) + "…";
  }
}
