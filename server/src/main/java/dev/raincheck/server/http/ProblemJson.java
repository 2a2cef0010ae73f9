package dev.raincheck.server.http;

import dev.raincheck.protocol.Problem;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a problem document; member by member, because its order and absences are the contract. */
final class ProblemJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ProblemJson() {}

  static byte[] write(Problem problem) {
    var bytes = new ByteArrayOutputStream(512);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("type", problem.type());
      json.writeStringProperty("title", problem.title());
      json.writeNumberProperty("status", problem.status());
      json.writeStringProperty("detail", problem.detail());
      json.writeStringProperty("instance", problem.instance());
      json.writeStringProperty("code", problem.code());
      json.writeBooleanProperty("retryable", problem.retryable());
      optional(json, "trace_id", problem.traceId());
      if (!problem.errors().isEmpty()) {
        json.writeArrayPropertyStart("errors");
        problem.errors().forEach(error -> write(json, error));
        json.writeEndArray();
      }
      var details = problem.details();
      if (details != null) {
        json.writeName("details");
        json.writeRawValue(details);
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, Problem.Error error) {
    json.writeStartObject();
    optional(json, "pointer", error.pointer());
    optional(json, "parameter", error.parameter());
    optional(json, "header", error.header());
    json.writeStringProperty("code", error.code());
    json.writeStringProperty("detail", error.detail());
    json.writeEndObject();
  }

  private static void optional(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) json.writeStringProperty(name, value);
  }
}
