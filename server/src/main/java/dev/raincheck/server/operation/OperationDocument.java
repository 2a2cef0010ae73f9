package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.text.Rfc3339;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes the document of an operation: all members always, in one order, null where they do not
 * apply. Nothing is bound or reflected upon, because every submit and every poll passes here.
 */
public final class OperationDocument {
  /** Longer results and inputs are not shown inline. */
  static final int INLINE_BYTES_MAX = 256 << 10;

  static final JsonFactory JSON = new JsonFactory();

  /** {@code queue_position} is exact up to this. */
  static final int POSITION_MAX = 1_000;

  private static final byte[] NO_DETAILS = {'[', ']'};
  private static final int USUAL_BYTES = 1_536;

  private final Operations operations;
  private final OperationUrls urls;

  public OperationDocument(Operations operations, OperationUrls urls) {
    this.operations = operations;
    this.urls = urls;
  }

  /**
   * What is shown beyond the usual; an answer with one of them has no ETag.
   *
   * @param input the member {@code input}
   * @param queue the member {@code queue_position}
   */
  record Expand(boolean input, boolean queue) {
    static final Expand NOTHING = new Expand(false, false);

    boolean any() {
      return input || queue;
    }
  }

  /** The document. May wait for the store, when the result is kept apart from its operation. */
  public byte[] of(Operation operation) {
    return of(operation, Expand.NOTHING);
  }

  byte[] of(Operation operation, Expand expand) {
    var bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      members(json, operation, false);
      if (expand.input()) {
        json.writeName("input");
        raw(json, inline(operation, Payload.Part.INPUT, operation.submission().input()));
      }
      if (expand.queue()) text(json, "queue_position", position(operation));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** The document as lists show it: without {@code result}. Reads nothing. */
  void inList(JsonGenerator json, Operation operation) {
    json.writeStartObject();
    members(json, operation, true);
    json.writeEndObject();
  }

  private void members(JsonGenerator json, Operation operation, boolean inList) {
    var what = operation.submission();
    var moment = operation.moment();
    var state = moment.state();
    json.writeStringProperty("id", operation.id().text());
    json.writeStringProperty("object", "operation");
    json.writeStringProperty("type", what.type());
    json.writeStringProperty("status", state.word());
    json.writeBooleanProperty("done", state.isFinal());
    json.writeNumberProperty("version", operation.version());
    json.writeNumberProperty("attempt", moment.attempt());
    time(json, "created_at", operation.createdAt());
    time(json, "run_at", what.runAt());
    time(json, "next_attempt_at", state instanceof State.Scheduled(var until) ? until : null);
    time(json, "started_at", moment.startedAt());
    time(json, "updated_at", operation.updatedAt());
    time(json, "finished_at", operation.finishedAt());
    time(json, "deadline_at", operation.deadlineAt());
    time(json, "expires_at", operation.expiresAt());
    time(json, "result_expires_at", operation.resultExpiresAt());
    progress(json, operation.progress());
    json.writeBooleanProperty("cancel_requested", moment.cancelRequested());
    result(json, operation, inList);
    json.writeName("error");
    error(json, errorOf(state));
    json.writeName("last_error");
    error(json, moment.lastError());
    json.writeBooleanProperty("dead", state instanceof State.Failed(_, var dead) && dead);
    id(json, "retry_of", what.retryOf());
    id(json, "retried_as", operation.retriedAs());
    id(json, "parent_id", what.parent());
    json.writeStringProperty("correlation_id", operation.correlationId());
    text(json, "causation_id", what.causationId());
    text(json, "traceparent", what.traceparent());
    json.writeObjectPropertyStart("metadata");
    what.metadata().forEach((name, value) -> text(json, name, value));
    json.writeEndObject();
    json.writeArrayPropertyStart("tags");
    what.tags().forEach(json::writeString);
    json.writeEndArray();
    json.writeObjectPropertyStart("links");
    json.writeStringProperty("self", urls.self(operation.id()));
    json.writeStringProperty("result", urls.result(operation.id()));
    json.writeStringProperty("events", urls.events(operation.id()));
    json.writeStringProperty("cancel", urls.cancel(operation.id()));
    json.writeEndObject();
  }

  private void result(JsonGenerator json, Operation operation, boolean inList) {
    var result = operation.state() instanceof State.Succeeded(var some) ? some : null;
    byte[] inline = null;
    if (!inList) {
      // An expired result keeps its URL, which tells so; null alone would read as JSON's null.
      if (!operation.resultGone()) inline = inline(operation, Payload.Part.RESULT, result);
      json.writeName("result");
      raw(json, inline);
    }
    boolean elsewhere = result != null && inline == null;
    text(json, "result_url", elsewhere ? urls.result(operation.id()) : null);
    text(json, "result_content_type", result == null ? null : result.mediaType());
  }

  /** The bytes of a payload that can stand inside a document, or null. */
  private byte @Nullable [] inline(
      Operation operation, Payload.Part part, @Nullable Payload payload) {
    if (payload == null || payload.size() == 0 || payload.size() > INLINE_BYTES_MAX) return null;
    if (!MediaTypes.isJson(MediaTypes.essence(payload.mediaType()))) return null;
    var bytes = operations.bytes(operation, part, payload).orElse(null);
    return bytes != null && Json.check(bytes).isEmpty() ? bytes : null;
  }

  private @Nullable String position(Operation operation) {
    return switch (operation.state()) {
      case State.Queued _, State.Blocked _ -> {
        int ahead = operations.ahead(operation, POSITION_MAX);
        yield ahead < POSITION_MAX ? Integer.toString(ahead + 1) : POSITION_MAX + "+";
      }
      case State.Scheduled _, State.Running _, State.Waiting _, State.Canceling _,
          State.Succeeded _, State.Failed _, State.Canceled _ ->
          null;
    };
  }

  /** Why an operation ended without a result, or null if it did not. */
  static @Nullable Failure errorOf(State state) {
    return switch (state) {
      case State.Failed(var failure, _) -> failure;
      case State.Canceled(var reason) -> {
        var code = ProblemCode.OPERATION_CANCELED;
        var detail = reason == null || reason.isEmpty() ? "The operation was canceled." : reason;
        yield new Failure(code.code(), code.status(), code.title(), detail, false);
      }
      case State.Scheduled _, State.Queued _, State.Blocked _, State.Running _, State.Waiting _,
          State.Canceling _, State.Succeeded _ ->
          null;
    };
  }

  private void error(JsonGenerator json, @Nullable Failure failure) {
    if (failure == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeStringProperty("code", failure.code());
    text(json, "message", failure.detail());
    json.writeStringProperty("type", urls.problem(failure.code()));
    text(json, "title", failure.title());
    json.writeNumberProperty("status", failure.status());
    text(json, "detail", failure.detail());
    json.writeBooleanProperty("retryable", failure.retryable());
    json.writeName("details");
    raw(json, details(failure));
    json.writeEndObject();
  }

  /** Always an array, whatever a handler gave. */
  static byte[] details(Failure failure) {
    var details = failure.details();
    if (details == null || !details.startsWith("[")) return NO_DETAILS;
    var bytes = details.getBytes(UTF_8);
    return Json.check(bytes).isEmpty() ? bytes : NO_DETAILS;
  }

  private static void progress(JsonGenerator json, @Nullable Progress progress) {
    json.writeName("progress");
    if (progress == null) json.writeNull();
    else value(json, progress);
  }

  /** A progress object alone. */
  public static void value(JsonGenerator json, Progress progress) {
    json.writeStartObject();
    number(json, "percent", percent(progress));
    number(json, "current", progress.current());
    number(json, "total", progress.total());
    text(json, "unit", progress.unit());
    text(json, "message", progress.message());
    time(json, "eta_at", progress.etaAt());
    json.writeEndObject();
  }

  /** As told, else derived, with two decimals. */
  private static @Nullable Double percent(Progress progress) {
    var current = progress.current();
    var total = progress.total();
    if (progress.percent() != null || current == null || total == null || !(total > 0)) {
      return progress.percent();
    }
    return Math.round(Math.clamp(current / total, 0, 1) * 10_000) / 100.0;
  }

  private static void number(JsonGenerator json, String name, @Nullable Double number) {
    json.writeName(name);
    if (number == null || !Double.isFinite(number)) {
      json.writeNull();
    } else if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      json.writeNumber(number.longValue()); // 17 as 17, not as 17.0
    } else {
      json.writeNumber(number);
    }
  }

  private static void time(JsonGenerator json, String name, @Nullable Instant moment) {
    text(json, name, moment == null ? null : Rfc3339.format(moment));
  }

  private static void id(JsonGenerator json, String name, @Nullable OperationId id) {
    text(json, name, id == null ? null : id.text());
  }

  private static void raw(JsonGenerator json, byte @Nullable [] bytes) {
    if (bytes == null) {
      json.writeNull();
    } else {
      json.writeRawValue(new RawJson(bytes));
    }
  }

  /** Text that a handler gave may hold half a surrogate pair, which no JSON in UTF-8 can. */
  private static void text(JsonGenerator json, String name, @Nullable String text) {
    json.writeName(name);
    if (text == null) {
      json.writeNull();
    } else {
      json.writeString(WellFormed.text(text));
    }
  }
}
