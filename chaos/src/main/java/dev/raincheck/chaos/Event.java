package dev.raincheck.chaos;

import java.nio.ByteBuffer;
import java.util.Base64;
import tools.jackson.databind.JsonNode;

/** One event of the tenant's stream; {@code offset} 0 where a page does not tell it. */
record Event(long offset, String id, String type, int seq, Document document) {

  /** @param cursor the stream's own, or empty */
  static Event of(String cursor, JsonNode json) {
    return new Event(
        offset(cursor),
        json.path("id").asString(),
        json.path("type").asString(),
        Integer.parseInt(json.path("seq").asString("0")),
        Document.of(json.path("data")));
  }

  /** Clients must not look into cursors; who checks that offsets are dense must. */
  static long offset(String cursor) {
    return cursor.isEmpty() ? 0 : ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)).getLong(1);
  }

  /** The same event whichever way it came, whoever told it. */
  Event withoutOffset() {
    return new Event(0, id, type, seq, document);
  }
}
