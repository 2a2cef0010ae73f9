package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Pointers;
import dev.raincheck.server.text.Rfc3339;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /v1/operations}: what to do, with everything that can be said about it.
 *
 * @param type null if it is missing
 * @param inputTree for validation; null without an input
 * @param inputBytes exactly as sent
 */
@SuppressWarnings("ArrayRecordComponent")
record Envelope(
    @Nullable String type,
    @Nullable JsonNode inputTree,
    byte @Nullable [] inputBytes,
    @Nullable Instant runAt,
    @Nullable Instant startBy,
    @Nullable Duration deadline,
    Map<String, String> metadata,
    List<String> tags,
    @Nullable String correlationId,
    @Nullable OperationId parent) {

  static final String PARENT = "#/parent_id";
  static final String NO_SUCH_PARENT = "There is no such parent operation.";

  private static final Set<String> MEMBERS =
      Set.of(
          "type", "input", "run_at", "start_by", "deadline_seconds", "metadata", "tags",
          "correlation_id", "parent_id", "callback");

  /**
   * @param headers that may say the same, but not as well
   * @param wrongs is told what can be read but not accepted
   * @throws dev.raincheck.server.http.RefusedException 400
   */
  static Envelope read(byte[] body, SubmitHeaders headers, Wrongs wrongs) {
    var json = JsonObject.read(body, MEMBERS);
    var runAt = json.findString("run_at");
    var tags = json.findArray("tags");
    var deadline = json.findNumber("deadline_seconds");
    var correlation = json.findString("correlation_id");
    refuseBoth(HeaderNames.RAINCHECK_RUN_AT, headers.runAt(), "run_at", runAt);
    refuseBoth(HeaderNames.RAINCHECK_TAGS, headers.tags(), "tags", tags);
    refuseBoth(HeaderNames.RAINCHECK_DEADLINE, headers.deadline(), "deadline_seconds", deadline);
    refuseBoth(
        HeaderNames.CORRELATION_ID, headers.correlationId(), "correlation_id", correlation);
    json.findObject("callback")
        .ifPresent(
            _ -> wrongs.at("#/callback", "Call-backs to clients are not available; poll instead."));
    var input = json.findAny("input");
    return new Envelope(
        json.findString("type").orElse(null),
        input.orElse(null),
        input.flatMap(_ -> Json.rawMember(body, "input")).orElse(null),
        runAt.flatMap(text -> time("#/run_at", text, wrongs)).orElse(headers.runAt()),
        json.findString("start_by").flatMap(text -> time("#/start_by", text, wrongs)).orElse(null),
        deadline.flatMap(number -> deadline(number, wrongs)).orElse(headers.deadline()),
        json.findObject("metadata").map(object -> metadata(object, wrongs)).orElse(Map.of()),
        tags.map(array -> tags(array, wrongs)).orElseGet(() -> orNone(headers.tags())),
        correlation.map(text -> correlation(text, wrongs)).orElse(headers.correlationId()),
        json.findString("parent_id").flatMap(text -> parent(text, wrongs)).orElse(null));
  }

  private static void refuseBoth(
      String header, @Nullable Object inHeader, String member, Optional<?> inBody) {
    if (inHeader == null || inBody.isEmpty()) return;
    throw Wrongs.badHeader(
        header, "Give either the header %s or the member %s.".formatted(header, member));
  }

  private static List<String> orNone(@Nullable List<String> tags) {
    return tags == null ? List.of() : tags;
  }

  private static Optional<Instant> time(String pointer, String text, Wrongs wrongs) {
    var time = Rfc3339.parse(text);
    if (time.isEmpty()) {
      wrongs.at(pointer, "This is no RFC 3339 time such as 2026-11-24T21:12:53Z.");
    }
    return time;
  }

  private static Optional<Duration> deadline(JsonNode number, Wrongs wrongs) {
    var seconds = number.decimalValue();
    boolean inRange =
        seconds.compareTo(BigDecimal.ONE) >= 0
            && seconds.compareTo(BigDecimal.valueOf(Limits.DEADLINE_SECONDS_MAX)) <= 0;
    if (inRange && seconds.stripTrailingZeros().scale() <= 0) {
      return Optional.of(Duration.ofSeconds(seconds.intValueExact()));
    }
    wrongs.at("#/deadline_seconds", "A deadline is 1 to 31536000 whole seconds from acceptance.");
    return Optional.empty();
  }

  private static Map<String, String> metadata(JsonNode object, Wrongs wrongs) {
    var metadata = new LinkedHashMap<String, String>();
    for (var pair : object.properties()) {
      var key = pair.getKey();
      var pointer = Pointers.child("#/metadata", key.length() <= 100 ? key : key.substring(0, 100));
      var value = JsonObject.string(pair.getValue(), pointer);
      if (Limits.length(key) > Limits.METADATA_KEY_MAX) {
        wrongs.at(pointer, "A key of metadata has at most 40 characters.");
      } else if (Limits.length(value) > Limits.METADATA_VALUE_MAX) {
        wrongs.at(pointer, "A value of metadata has at most 500 characters.");
      } else if (!WellFormed.is(key) || !WellFormed.is(value)) {
        wrongs.at(pointer, "This holds half of a surrogate pair, which is no character.");
      }
      metadata.put(key, value);
    }
    if (metadata.size() > Limits.METADATA_PAIRS_MAX) {
      wrongs.at("#/metadata", "There may be at most 50 pairs of metadata.");
    }
    return metadata;
  }

  private static List<String> tags(JsonNode array, Wrongs wrongs) {
    var tags = new ArrayList<String>();
    for (int i = 0; i < array.size(); i++) {
      var pointer = "#/tags/" + i;
      var tag = JsonObject.string(array.get(i), pointer);
      if (!Limits.isTag(tag)) {
        wrongs.at(pointer, "A tag is 1 to 64 of A-Z, a-z, 0-9, '_', '.', ':' and '-'.");
      } else if (tags.size() <= Limits.TAGS_MAX && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
    if (tags.size() > Limits.TAGS_MAX) wrongs.at("#/tags", "There may be at most 20 tags.");
    return tags;
  }

  private static String correlation(String text, Wrongs wrongs) {
    if (!Limits.isCorrelation(text)) {
      wrongs.at("#/correlation_id", "A correlation_id is 1 to 128 visible ASCII characters.");
    }
    return text;
  }

  private static Optional<OperationId> parent(String text, Wrongs wrongs) {
    var id = OperationId.parse(text);
    if (id.isEmpty()) wrongs.at(PARENT, NO_SUCH_PARENT);
    return id;
  }
}
