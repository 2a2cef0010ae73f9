package dev.raincheck.server.event;

import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Utf8;
import dev.raincheck.server.operation.MediaTypes;
import dev.raincheck.server.operation.RawJson;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A piece of output: JSON as it is, text as a string, anything else in Base64 under a name of its own, so
 * that nobody takes it for the text.
 */
final class OutputData {
  private OutputData() {}

  static void write(JsonGenerator json, @Nullable String mediaType, byte[] body) {
    var type = mediaType == null ? "application/octet-stream" : mediaType;
    json.writeStartObject();
    json.writeStringProperty("content_type", type);
    var essence = MediaTypes.essence(type);
    var text = essence.startsWith("text/") && MediaTypes.isUtf8(type) ? Utf8.decode(body) : null;
    if (MediaTypes.isJson(essence) && Json.check(body).isEmpty()) {
      json.writeName("body");
      json.writeRawValue(new RawJson(body));
    } else if (text != null) {
      json.writeStringProperty("body", text);
    } else {
      json.writeNullProperty("body");
      json.writeStringProperty("body_base64", Base64.getEncoder().encodeToString(body));
    }
    json.writeEndObject();
  }
}
