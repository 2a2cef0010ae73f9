package dev.raincheck.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event that an application has put into the outbox, in a transaction of its own.
 *
 * @param number its place in the outbox: of two events of one key, whose transactions came one after the
 *     other, the earlier has the lower one
 * @param tenant a tenant's name
 * @param key empty for none
 * @param json the payload; null if there is none, or if it is too long to be published
 * @param bytes how long the payload is
 * @param trace what a tracer has left, or null: a W3C {@code traceparent} is found in it
 */
public record OutboxRow(
    long number,
    String tenant,
    String topic,
    String key,
    String id,
    String type,
    Instant at,
    byte @Nullable [] json,
    long bytes,
    @Nullable String trace) {
  private static final String JSON = "application/json";
  private static final Pattern TRACEPARENT = Pattern.compile("\\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\\b");

  /** Why it cannot be published, or null. */
  @Nullable String problem() {
    return json == null && bytes > 0 ? Fact.tooLong(bytes) : fact().problem();
  }

  Fact fact() {
    var data = json == null ? null : new Payload.Inline(json, JSON);
    return new Fact(topic, id, null, type, key.isEmpty() ? null : key, at, data, extensions());
  }

  private Map<String, String> extensions() {
    if (trace == null) return Map.of();
    var found = TRACEPARENT.matcher(trace);
    return found.find() ? Map.of("traceparent", found.group()) : Map.of();
  }
}
