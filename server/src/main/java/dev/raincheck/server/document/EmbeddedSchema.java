package dev.raincheck.server.document;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A type's JSON Schema inside another document: references that began at its own root begin at its
 * new place.
 */
final class EmbeddedSchema {
  private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

  /** Keywords that hold values, not schemas. */
  private static final Set<String> VALUES =
      Set.of("const", "enum", "default", "examples", "example", "required", "type");

  /** Keywords that hold schemas by name, so that the names are no keywords. */
  private static final Set<String> BY_NAME =
      Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas");

  /** Keywords by which a schema finds its way in other manners than by a path from its root. */
  private static final Set<String> FOREIGN = Set.of("$dynamicRef", "$dynamicAnchor", "$recursiveRef");

  private final String place;
  private final String id;
  private final Map<String, String> anchors = new HashMap<>();
  private boolean foreign;

  private EmbeddedSchema(String place, String id) {
    this.place = place;
    this.id = id;
  }

  /**
   * The schema as it may stand in the document.
   *
   * @param place the pointer to it there, as a fragment
   * @return empty if it cannot, because of its dialect or of references that do not survive it
   */
  static Optional<JsonNode> of(String text, String place) {
    var root = JsonMapper.shared().readTree(text);
    if (root.isBoolean()) {
      var schema = JsonMapper.shared().createObjectNode();
      if (!root.booleanValue()) schema.putObject("not");
      return Optional.of(schema);
    }
    var dialect = root.path("$schema").asString(DIALECT);
    if (!dialect.equals(DIALECT) && !dialect.equals(DIALECT + "#")) return Optional.empty();

    var id = root.path("$id").asString("");
    var embedded = new EmbeddedSchema(place, id);
    var schema = (ObjectNode) root;
    schema.remove("$schema");
    schema.remove("$id");
    embedded.findAnchors(schema, place);
    embedded.rewrite(schema);
    return embedded.foreign ? Optional.empty() : Optional.of(schema);
  }

  private void findAnchors(JsonNode schema, String at) {
    if (schema instanceof ObjectNode object) {
      if (object.path("$anchor").isString()) anchors.put(object.path("$anchor").stringValue(), at);
      object.properties()
          .forEach(
              member -> {
                if (!VALUES.contains(member.getKey())) {
                  findAnchors(member.getValue(), at + "/" + escaped(member.getKey()));
                }
              });
    } else if (schema instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) findAnchors(array.get(i), at + "/" + i);
    }
  }

  private void rewrite(JsonNode schema) {
    switch (schema) {
      case ObjectNode object -> {
        if (object.has("$id") || FOREIGN.stream().anyMatch(object::has)) foreign = true;
        var reference = object.path("$ref");
        if (reference.isString()) object.put("$ref", target(reference.stringValue()));
        object.remove("$anchor");
        object.properties()
            .forEach(
                member -> {
                  if (BY_NAME.contains(member.getKey())) {
                    member.getValue().forEach(this::rewrite);
                  } else if (!VALUES.contains(member.getKey())) {
                    rewrite(member.getValue());
                  }
                });
      }
      case ArrayNode array -> array.forEach(this::rewrite);
      default -> {}
    }
  }

  private String target(String reference) {
    var local =
        !id.isEmpty() && reference.startsWith(id) ? reference.substring(id.length()) : reference;
    if (local.isEmpty() || local.equals("#")) return place;
    if (local.startsWith("#/")) return place + local.substring(1);
    var anchor = local.startsWith("#") ? anchors.get(local.substring(1)) : null;
    if (anchor != null) return anchor;
    foreign = true;
    return reference;
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
