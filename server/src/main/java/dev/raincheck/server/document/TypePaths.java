package dev.raincheck.server.document;

import dev.raincheck.operation.OperationType;
import dev.raincheck.server.json.JsonSchema;
import java.net.URI;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** What the document says of one declared operation type: how to submit it, and its schemas. */
final class TypePaths {
  private static final String SCHEMAS = "#/components/schemas/";

  private final OperationType type;
  private final ObjectNode general;
  private final ObjectNode components;
  private final String card;

  /**
   * @param general the submit of any type, which is made particular here
   * @param components of the document
   */
  TypePaths(OperationType type, ObjectNode general, ObjectNode components, URI publicUrl) {
    this.type = type;
    this.general = general;
    this.components = components;
    this.card = publicUrl + "/v1/operation-types/" + type.name();
  }

  /** Puts the type's schemas where its submits refer to them. */
  void addSchemas() {
    addSchema("input", type.schemas().input());
    addSchema("output", type.schemas().output());
    addSchema("progress", type.schemas().progress());
    var all = schemas().putObject(name("operation")).putArray("allOf");
    all.addObject().put("$ref", SCHEMAS + "Operation");
    var members = all.addObject().putObject("properties");
    members.putObject("type").put("const", type.name());
    orNull(members, "result", "output", type.schemas().output());
    orNull(members, "progress", "progress", type.schemas().progress());
  }

  private void addSchema(String kind, @Nullable String text) {
    if (text == null) return;
    var place = SCHEMAS + name(kind);
    EmbeddedSchema.of(text, place)
        .ifPresentOrElse(
            schema -> schemas().set(name(kind), schema),
            () ->
                schemas()
                    .putObject(name(kind))
                    .put("description", "JSON Schema at %s/schemas/%s".formatted(card, kind)));
  }

  private void orNull(ObjectNode members, String member, String kind, @Nullable String text) {
    if (text == null) return;
    var either = members.putObject(member).putArray("anyOf");
    either.addObject().put("$ref", SCHEMAS + name(kind));
    either.addObject().put("type", "null");
  }

  /** The submit of this type, for the path that the type is submitted at. */
  ObjectNode submit(String operationId) {
    var submit = general.deepCopy();
    submit.put("operationId", operationId);
    submit.put("summary", "Submit %s".formatted(type.name()));
    submit.put("description", description());
    submit.putObject("externalDocs").put("description", "The card of the type").put("url", card);
    if (type.idempotency().required()) requireKey(submit);
    submit.set("requestBody", body());
    for (var status : new String[] {"200", "202"}) {
      var responses = (ObjectNode) submit.path("responses");
      var name = responses.path(status).path("$ref").asString().replaceAll(".*/", "");
      var response = (ObjectNode) components.path("responses").path(name).deepCopy();
      var media = (ObjectNode) response.path("content").path("application/json");
      media.putObject("schema").put("$ref", SCHEMAS + name("operation"));
      media.remove("examples"); // They show another type.
      responses.set(status, response);
    }
    return submit;
  }

  private String description() {
    var sentences = new ArrayList<String>();
    if (!type.description().isBlank()) sentences.add(type.description().strip() + "\n\n");
    sentences.add("The body is the input, of at most %,d bytes.".formatted(type.inputMax()));
    sentences.add(
        type.idempotency().required()
            ? "An Idempotency-Key is required."
            : "An Idempotency-Key makes repeating it safe.");
    sentences.add(
        type.promise().atMostOnce()
            ? "The work is done at most once."
            : "The work is done at least once, in at most %,d attempts."
                .formatted(type.promise().maxAttempts()));
    return String.join(" ", sentences);
  }

  private static void requireKey(ObjectNode submit) {
    for (var parameter : submit.path("parameters")) {
      var ref = parameter.path("$ref").asString();
      if (ref.endsWith("/IdempotencyKey")) ((ObjectNode) parameter).put("$ref", ref + "Required");
    }
  }

  private ObjectNode body() {
    var body = components.objectNode();
    body.put("description", "The input.");
    body.put("required", needsInput());
    body.put("x-bytes-max", type.inputMax());
    var content = body.putObject("content");
    for (var mediaType : type.accepts()) {
      var schema = content.putObject(mediaType).putObject("schema");
      boolean json = mediaType.endsWith("/json") || mediaType.endsWith("+json");
      if (json && type.schemas().input() != null) schema.put("$ref", SCHEMAS + name("input"));
    }
    return body;
  }

  private boolean needsInput() {
    var text = type.schemas().input();
    return text != null && !JsonSchema.compile(text).validate(NullNode.getInstance(), "#").isEmpty();
  }

  private ObjectNode schemas() {
    return (ObjectNode) components.path("schemas");
  }

  private String name(String kind) {
    return type.name() + "." + kind;
  }
}
