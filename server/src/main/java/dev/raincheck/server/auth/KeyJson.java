package dev.raincheck.server.auth;

import dev.raincheck.server.text.Rfc3339;
import dev.raincheck.tenant.ApiKey;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Keys as JSON. */
final class KeyJson {
  private static final JsonFactory JSON = new JsonFactory();

  private KeyJson() {}

  /** The one document that has the secret. */
  static byte[] created(ApiKey key, String secret) {
    return write(json -> key(json, key, secret));
  }

  static byte[] page(List<ApiKey> keys, @Nullable String nextCursor) {
    return write(
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("data");
          keys.forEach(key -> key(json, key, null));
          json.writeEndArray();
          json.writeBooleanProperty("has_more", nextCursor != null);
          text(json, "next_cursor", nextCursor);
          json.writeEndObject();
        });
  }

  private static void key(JsonGenerator json, ApiKey key, @Nullable String secret) {
    json.writeStartObject();
    json.writeStringProperty("id", key.id());
    json.writeStringProperty("object", "api_key");
    json.writeStringProperty("name", key.name());
    json.writeStringProperty("tenant", key.tenant());
    json.writeArrayPropertyStart("scopes");
    key.scopes().words().forEach(json::writeString);
    json.writeEndArray();
    time(json, "created_at", key.createdAt());
    time(json, "expires_at", key.expiresAt());
    time(json, "revoked_at", key.revokedAt());
    time(json, "last_used_at", key.lastUsedAt());
    if (secret != null) json.writeStringProperty("secret", secret);
    json.writeEndObject();
  }

  private static void time(JsonGenerator json, String name, @Nullable Instant time) {
    text(json, name, time == null ? null : Rfc3339.format(time));
  }

  private static void text(JsonGenerator json, String name, @Nullable String text) {
    if (text == null) json.writeNullProperty(name);
    else json.writeStringProperty(name, text);
  }

  private interface Content {
    void to(JsonGenerator json);
  }

  private static byte[] write(Content content) {
    var bytes = new ByteArrayOutputStream(512);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.to(json);
    }
    return bytes.toByteArray();
  }
}
