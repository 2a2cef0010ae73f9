package dev.raincheck.server.demo;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request and the answer that it got.
 *
 * @param took from before the request was sent until the answer was there
 */
record Seen(Call call, int status, HttpHeaders headers, byte[] body, Duration took) {
  /** What of a document is shown: the whole has 30 members. */
  private static final String[] TELLING = {
    "id",
    "type",
    "status",
    "attempt",
    "progress",
    "dead",
    "retry_of",
    "result",
    "error",
    "code",
    "detail",
  };

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  JsonNode json() {
    return Json.object(body);
  }

  String id() {
    return json().path("id").asString("");
  }

  /** Such as {@code 202 Accepted}. */
  String statusLine() {
    return status + " " + HttpStatus.getMessage(status);
  }

  /** What is worth knowing of the body, in one line. */
  String brief() {
    var type = header("Content-Type").orElse("");
    if (body.length == 0) return "";
    if (!type.contains("json")) return "%s of %s".formatted(Text.bytes(body.length), type);
    var json = json();
    var data = json.path("data");
    if (!data.isArray()) return told(json).toString().replaceFirst("}$", ",…}");
    return "{\"data\":[%s],…}"
        .formatted(data.isEmpty() ? "" : told(data.get(0)).toString().replaceFirst("}$", ",…}"));
  }

  private static ObjectNode told(JsonNode document) {
    var told = Json.MAPPER.createObjectNode();
    for (var member : TELLING) {
      var value = document.path(member);
      boolean usual =
          value.isMissingNode() || value.isNull() || member.equals("dead") && !value.asBoolean();
      if (!usual) told.set(member, value.deepCopy());
    }
    if (told.get("progress") instanceof ObjectNode progress) progress.retain("percent");
    if (told.get("error") instanceof ObjectNode error) error.retain("code");
    return told;
  }

  Seen expect(int wanted) {
    if (status == wanted) return this;
    throw new IllegalStateException(
        "%s %s was answered with %s instead of %d: %s"
            .formatted(call.method(), call.url(), statusLine(), wanted, brief()));
  }
}
