package dev.raincheck.chaos;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An operation as a node tells it.
 *
 * @param name the tag that it was submitted with, which nothing else has
 * @param result the epoch of the attempt whose result was recorded, as that attempt wrote it; 0 for none
 */
record Document(
    String id, String name, String type, String status, boolean done, int version, int attempt, long result,
    @Nullable String error) {

  static Document of(JsonNode json) {
    var result = json.path("result");
    var error = json.path("error").path("code");
    return new Document(
        json.path("id").asString(),
        json.path("tags").path(0).asString(""),
        json.path("type").asString(),
        json.path("status").asString(),
        json.path("done").asBoolean(),
        json.path("version").asInt(),
        json.path("attempt").asInt(),
        result.path("epoch").asLong(0),
        error.isString() ? error.asString() : null);
  }

  /** As it is in lists and events, which leave results out. */
  Document withoutResult() {
    return new Document(id, name, type, status, done, version, attempt, 0, error);
  }
}
