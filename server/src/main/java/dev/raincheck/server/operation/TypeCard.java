package dev.raincheck.server.operation;

import dev.raincheck.ledger.Promise;
import dev.raincheck.operation.OperationType;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes what a type promises; member by member, because order and nulls are the contract. */
final class TypeCard {
  private final JsonGenerator json;
  private final OperationType type;
  private final String self;
  private final String operations;

  private TypeCard(JsonGenerator json, OperationType type, URI publicBaseUrl) {
    this.json = json;
    this.type = type;
    this.self = publicBaseUrl + "/v1/operation-types/" + type.name();
    this.operations = publicBaseUrl + "/v1/operations";
  }

  static void write(JsonGenerator json, OperationType type, URI publicBaseUrl) {
    new TypeCard(json, type, publicBaseUrl).write();
  }

  private void write() {
    json.writeStartObject();
    json.writeStringProperty("name", type.name());
    json.writeStringProperty("description", type.description());
    json.writeArrayPropertyStart("accepts");
    type.accepts().forEach(json::writeString);
    json.writeEndArray();
    for (var kind : SchemaKind.values()) {
      var url = kind.of(type) == null ? null : self + "/schemas/" + kind.word();
      text(kind.word() + "_schema", url);
    }
    limits();
    idempotency();
    guarantees();
    links();
    json.writeEndObject();
  }

  private void limits() {
    json.writeObjectPropertyStart("limits");
    json.writeNumberProperty("input_bytes", type.inputMax());
    json.writeNumberProperty("queue_depth", type.depthMax());
    json.writeEndObject();
  }

  private void idempotency() {
    var idempotency = type.idempotency();
    json.writeObjectPropertyStart("idempotency");
    text("policy", idempotency.required() ? "required" : "optional");
    text("fingerprint", word(idempotency.fingerprint()));
    seconds("ttl_seconds", type.promise().keepKey());
    json.writeEndObject();
  }

  private void guarantees() {
    var promise = type.promise();
    json.writeObjectPropertyStart("guarantees");
    text("delivery", promise.atMostOnce() ? "at_most_once" : "at_least_once");
    text("ordering", "none"); // Lanes are given by whoever submits in process; no type has one.
    json.writeNumberProperty("max_attempts", promise.maxAttempts());
    json.writeObjectPropertyStart("backoff");
    seconds("first_seconds", promise.backoff().first());
    factor(promise.backoff().factor());
    seconds("max_seconds", promise.backoff().max());
    json.writeEndObject();
    json.writeObjectPropertyStart("timeouts");
    seconds("answer_seconds", type.answerTimeout());
    seconds("attempt_seconds", promise.attemptTimeout());
    seconds("heartbeat_seconds", promise.heartbeatTimeout());
    seconds("operation_seconds", promise.operationTimeout());
    json.writeEndObject();
    json.writeArrayPropertyStart("dead_letter");
    Arrays.stream(Promise.DeadLetter.values())
        .filter(promise.deadLetters()::contains)
        .forEach(cause -> json.writeString(word(cause)));
    json.writeEndArray();
    json.writeObjectPropertyStart("retention");
    seconds("operation_seconds", promise.keep());
    seconds("result_seconds", promise.keepResult() == null ? promise.keep() : promise.keepResult());
    seconds("key_seconds", promise.keepKey());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void links() {
    json.writeObjectPropertyStart("links");
    text("self", self);
    text("submit", operations + "/" + type.name());
    text("operations", operations + "?type=" + type.name());
    json.writeEndObject();
  }

  /** Whole seconds; what is shorter counts as a whole one, so that no promise is made smaller. */
  private void seconds(String name, @Nullable Duration duration) {
    if (duration == null) {
      json.writeNullProperty(name);
    } else {
      json.writeNumberProperty(name, duration.plusNanos(999_999_999).toSeconds());
    }
  }

  private void factor(double factor) {
    long whole = (long) factor;
    if (whole == factor) {
      json.writeNumberProperty("factor", whole);
    } else {
      json.writeNumberProperty("factor", factor);
    }
  }

  private void text(String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
