package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Types;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * The declared operation types: a list in one page, each type's card, and its schemas. Written
 * once, because types do not change while the server runs.
 */
final class TypeRoutes {
  private static final String READ = "operations:read";

  private final Document list;
  private final Map<String, Document> cards = new LinkedHashMap<>();
  private final Map<String, Map<SchemaKind, Document>> schemas = new LinkedHashMap<>();

  TypeRoutes(Types types, URI publicBaseUrl) {
    var shown = types.all().stream().filter(type -> !type.isReserved()).toList();
    for (var type : shown) {
      cards.put(
          type.name(), Document.json(bytes(json -> TypeCard.write(json, type, publicBaseUrl))));
      schemas.put(type.name(), schemas(type));
    }
    this.list = Document.json(bytes(json -> list(json, shown, publicBaseUrl)));
  }

  void addTo(Consumer<Route> routes) {
    routes.accept(Route.get("/v1/operation-types", list::answer).needs(READ));
    routes.accept(Route.get("/v1/operation-types/{type}", this::card).needs(READ));
    routes.accept(
        Route.get("/v1/operation-types/{type}/schemas/{schema}", this::schema).needs(READ));
  }

  private Answer card(Request request) {
    return Optional.ofNullable(cards.get(request.pathParameter("type")))
        .<Answer>map(card -> card.answer(request))
        .orElseGet(TypeRoutes::noSuchType);
  }

  private Answer schema(Request request) {
    var ofType = schemas.get(request.pathParameter("type"));
    if (ofType == null) return noSuchType();
    return SchemaKind.of(request.pathParameter("schema"))
        .map(ofType::get)
        .<Answer>map(schema -> schema.answer(request))
        .orElseGet(
            () ->
                Refusal.of(
                    ProblemCode.NOT_FOUND,
                    "The type has no such schema; its card says which there are."));
  }

  private static Answer noSuchType() {
    return Refusal.of(
        ProblemCode.OPERATION_TYPE_NOT_FOUND,
        "There is no such operation type; GET /v1/operation-types lists them.");
  }

  private static Map<SchemaKind, Document> schemas(OperationType type) {
    var documents = new LinkedHashMap<SchemaKind, Document>();
    for (var kind : SchemaKind.values()) {
      var text = kind.of(type);
      if (text == null) continue;
      documents.put(kind, Document.of("application/schema+json", text.getBytes(UTF_8)));
    }
    return documents;
  }

  private static void list(JsonGenerator json, List<OperationType> types, URI publicBaseUrl) {
    json.writeStartObject();
    json.writeArrayPropertyStart("data");
    types.forEach(type -> TypeCard.write(json, type, publicBaseUrl));
    json.writeEndArray();
    json.writeBooleanProperty("has_more", false);
    json.writeNullProperty("next_cursor");
    json.writeEndObject();
  }

  private static byte[] bytes(Consumer<JsonGenerator> content) {
    var bytes = new ByteArrayOutputStream(1024);
    try (var json = OperationDocument.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.accept(json);
    }
    return bytes.toByteArray();
  }
}
