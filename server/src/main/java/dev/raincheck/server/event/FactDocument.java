package dev.raincheck.server.event;

import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.Payload;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Utf8;
import dev.raincheck.server.operation.MediaTypes;
import dev.raincheck.server.operation.RawJson;
import dev.raincheck.server.text.Rfc3339;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes a published event, on one line: a CloudEvent in its JSON format, with its topic, key, offset and cursor
 * as further attributes.
 */
final class FactDocument {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int USUAL_BYTES = 1_024;

  private FactDocument() {}

  /** @param cursor where to go on after it */
  static byte[] of(Fact fact, long offset, String cursor) {
    return written(
        json -> {
          begin(json, fact.id(), source(fact.topic(), fact.source()), fact.type(), fact.at(), fact.topic());
          text(json, "key", fact.key());
          text(json, "subject", fact.key());
          json.writeNumberProperty("offset", offset);
          json.writeStringProperty("cursor", cursor);
          for (var one : fact.extensions().entrySet()) json.writeStringProperty(one.getKey(), one.getValue());
          var data = fact.data();
          if (data != null) data(json, data);
        });
  }

  /** Where a stream of a topic begins: not an event of the topic. */
  static byte[] start(int tenant, String topic, long offset, String cursor, Instant now, boolean resync) {
    return written(
        json -> {
          begin(json, EventIds.ofTopic(tenant, topic, offset), source(topic, null), "topic.snapshot", now, topic);
          json.writeNumberProperty("offset", offset);
          json.writeStringProperty("cursor", cursor);
          if (resync) json.writeBooleanProperty("resync", true);
          json.writeObjectPropertyStart("data");
          json.writeEndObject();
        });
  }

  private static void begin(JsonGenerator json, String id, String source, String type, Instant at, String topic) {
    json.writeStringProperty("specversion", "1.0");
    json.writeStringProperty("id", id);
    json.writeStringProperty("source", source);
    json.writeStringProperty("type", type);
    json.writeStringProperty("time", Rfc3339.format(at));
    json.writeStringProperty("topic", topic);
  }

  private static String source(String topic, @Nullable String given) {
    return given != null ? given : "/v1/events?topic=" + topic;
  }

  private static void text(JsonGenerator json, String name, @Nullable String text) {
    if (text != null) json.writeStringProperty(name, text);
  }

  /** JSON as it is, text as a string, anything else in Base64 under the name that CloudEvents has for it. */
  private static void data(JsonGenerator json, Payload.Inline data) {
    json.writeStringProperty("datacontenttype", data.mediaType());
    var essence = MediaTypes.essence(data.mediaType());
    var text = essence.startsWith("text/") && MediaTypes.isUtf8(data.mediaType()) ? Utf8.decode(data.bytes()) : null;
    if (MediaTypes.isJson(essence) && Json.check(data.bytes()).isEmpty()) {
      json.writeName("data");
      json.writeRawValue(new RawJson(data.bytes()));
    } else if (text != null) {
      json.writeStringProperty("data", text);
    } else {
      json.writeStringProperty("data_base64", Base64.getEncoder().encodeToString(data.bytes()));
    }
  }

  @FunctionalInterface
  private interface Members {
    void write(JsonGenerator json);
  }

  private static byte[] written(Members members) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      members.write(json);
      json.writeEndObject();
    }
    return EventDocument.onOneLine(bytes.toByteArray());
  }
}
