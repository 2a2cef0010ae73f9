package dev.raincheck.server.config;

import dev.raincheck.server.json.JsonSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** JSON Schemas: written into the configuration as YAML, or in a JSON file that it names. */
final class SchemaText {
  private static final int BYTES_MAX = 1024 * 1024;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private SchemaText() {}

  /** The schema under a key as JSON text; empty when there is none or it is wrong. */
  static Optional<String> read(Section section, String key) {
    var inline = section.find(key).map(Values.Found::value);
    if (inline.isPresent() && inline.get() instanceof Tree.Mapping mapping) {
      section.asks(key, "none");
      return usable(section, key, json(mapping));
    }
    return section.text(key).flatMap(file -> file(section, key, file));
  }

  private static Optional<String> file(Section section, String key, String name) {
    try {
      Path file = section.binding().folder().resolve(name);
      if (Files.size(file) > BYTES_MAX)
        return refused(section, key, "is a file of more than 1 MiB");
      var schema = JSON.readTree(Files.readAllBytes(file));
      if (!schema.isObject()) return refused(section, key, "is a file that is not a JSON object");
      return usable(section, key, schema);
    } catch (InvalidPathException | NoSuchFileException absent) {
      return refused(section, key, "is a file that is not there");
    } catch (JacksonException broken) {
      var at = broken.getLocation();
      return refused(
          section,
          key,
          "is a file that is not valid JSON: %s (line %d, column %d)"
              .formatted(broken.getOriginalMessage(), at.getLineNr(), at.getColumnNr()));
    } catch (IOException unreadable) {
      return refused(section, key, "is a file that cannot be read");
    }
  }

  private static Optional<String> usable(Section section, String key, JsonNode schema) {
    var text = JSON.writeValueAsString(schema);
    try {
      JsonSchema.compile(text);
      return Optional.of(text);
    } catch (IllegalArgumentException wrong) {
      return refused(section, key, "is no JSON Schema that can be used: " + wrong.getMessage());
    }
  }

  private static Optional<String> refused(Section section, String key, String why) {
    section.refuse(key, why, null);
    return Optional.empty();
  }

  private static JsonNode json(Tree tree) {
    return switch (tree) {
      case Tree.Mapping(var _, var entries) -> {
        var object = NODES.objectNode();
        entries.forEach((name, entry) -> object.set(name, json(entry.value())));
        yield object;
      }
      case Tree.Sequence(var _, var items) -> {
        var array = NODES.arrayNode();
        items.forEach(item -> array.add(json(item)));
        yield array;
      }
      case Tree.Scalar scalar -> scalar(scalar);
    };
  }

  /** Scalars as YAML's core schema reads them, so that {@code minimum: 1} is a number. */
  private static JsonNode scalar(Tree.Scalar scalar) {
    var text = scalar.text();
    if (!scalar.plain()) return NODES.stringNode(text);
    if (scalar.isNull()) return NODES.nullNode();
    if (CoreScalarResolver.BOOL.matcher(text).matches()) {
      return NODES.booleanNode(Boolean.parseBoolean(text));
    }
    return number(text).orElseGet(() -> NODES.stringNode(text));
  }

  private static Optional<JsonNode> number(String text) {
    try {
      var node = JSON.readTree(text);
      return node.isNumber() ? Optional.of(node) : Optional.empty();
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }
}
