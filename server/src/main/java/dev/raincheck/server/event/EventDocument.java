package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Row;
import dev.raincheck.server.operation.OperationDocument;
import dev.raincheck.server.operation.RawJson;
import dev.raincheck.server.text.Rfc3339;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the envelope of an event: the same bytes on every channel, on one line. Of an entry it holds
 * nothing that may still change, so whoever reads it later reads the same.
 */
final class EventDocument {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_BYTES = 2_048;
  private static final String SEQ = "%020d";

  private final OperationDocument documents;

  EventDocument(OperationDocument documents) {
    this.documents = documents;
  }

  /** The public name of a change of status. */
  static String type(Event event) {
    return switch (event) {
      case Event.Transition(var operation) -> "operation." + operation.state().word();
      case Event.Piece(_, var chunk) ->
          switch (chunk.kind()) {
            case LOG -> "operation.log";
            case OUTPUT -> "operation.output";
          };
      case Event.Progressed _ -> "operation.progress";
    };
  }

  /** May wait for the store, when a result is kept apart from its operation. */
  byte[] of(Event event) {
    var operation = event.operation();
    return switch (event) {
      case Event.Transition _ ->
          entry(operation, operation.version(), type(event), event.at(), json -> document(json, operation));
      case Event.Piece(_, var chunk) ->
          entry(operation, chunk.version(), type(event), event.at(), json -> piece(json, chunk));
      case Event.Progressed _ -> {
        var id = EventIds.ofProgress(operation.id(), operation.revision());
        yield envelope(id, type(event), event.at(), null, operation, false, json -> progress(json, operation.progress()));
      }
    };
  }

  private static byte[] entry(
      Operation operation, int version, String type, Instant at, Data data) {
    var id = EventIds.ofEntry(operation.id(), version);
    return envelope(id, type, at, SEQ.formatted(version), operation, false, data);
  }

  /**
   * An operation as it stands: not an event of its own, so it has the name and the number of the last one.
   *
   * @param resync whether it stands for entries that cannot be told
   */
  byte[] snapshot(Operation operation, boolean resync) {
    return envelope(
        EventIds.ofEntry(operation.id(), operation.version()), "operation.snapshot", operation.updatedAt(),
        SEQ.formatted(operation.version()), operation, resync, json -> document(json, operation));
  }

  /** Where a tenant's stream begins; a stream of all operations shows none of them. */
  static byte[] start(int tenant, long offset, Instant now, boolean resync) {
    return envelope(
        EventIds.ofStream(tenant, offset), "operation.snapshot", now, null, null, resync,
        json -> {
          json.writeStartObject();
          json.writeEndObject();
        });
  }

  @FunctionalInterface
  private interface Data {
    void write(JsonGenerator json);
  }

  private static byte[] envelope(
      String id,
      String type,
      Instant at,
      @Nullable String seq,
      @Nullable Operation operation,
      boolean resync,
      Data data) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("id", id);
      json.writeStringProperty("type", type);
      json.writeStringProperty("timestamp", Rfc3339.format(at));
      text(json, "seq", seq);
      text(json, "operation_id", operation == null ? null : operation.id().text());
      text(json, "correlation_id", operation == null ? null : operation.correlationId());
      text(json, "causation_id", operation == null ? null : operation.submission().causationId());
      text(json, "traceparent", operation == null ? null : operation.submission().traceparent());
      if (resync) json.writeBooleanProperty("resync", true);
      json.writeName("data");
      data.write(json);
      json.writeEndObject();
    }
    return onOneLine(bytes.toByteArray());
  }

  private static void text(JsonGenerator json, String name, @Nullable String text) {
    json.writeName(name);
    if (text == null) json.writeNull();
    else json.writeString(text);
  }

  private void document(JsonGenerator json, Operation operation) {
    json.writeRawValue(new RawJson(documents.of(operation)));
  }

  private static void progress(JsonGenerator json, @Nullable Progress progress) {
    if (progress == null) json.writeNull();
    else OperationDocument.value(json, progress);
  }

  private static void piece(JsonGenerator json, Row.Chunk chunk) {
    switch (chunk.kind()) {
      case LOG -> LogData.write(json, chunk.body());
      case OUTPUT -> OutputData.write(json, chunk.mediaType(), chunk.body());
    }
  }

  /** A result stands inside as its handler wrote it, perhaps on many lines; in JSON a break is a space. */
  static byte[] onOneLine(byte[] json) {
    for (int i = 0; i < json.length; i++) if (json[i] == '\n' || json[i] == '\r') json[i] = ' ';
    return json;
  }
}
