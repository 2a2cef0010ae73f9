package dev.raincheck.server.operation;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.text.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What headers say about an operation to be, in all forms of a submit.
 *
 * @param tags null without the header
 * @param key of idempotency, unquoted
 */
record SubmitHeaders(
    @Nullable Instant runAt,
    @Nullable Duration deadline,
    @Nullable List<String> tags,
    @Nullable String correlationId,
    @Nullable String traceparent,
    @Nullable String key,
    Prefer prefer) {

  private static final int DEADLINE_DIGITS_MAX = 8;

  /**
   * @throws dev.raincheck.server.http.RefusedException 400 that names the header
   */
  static SubmitHeaders read(Request request) {
    return new SubmitHeaders(
        request.header(HeaderNames.RAINCHECK_RUN_AT).map(SubmitHeaders::runAt).orElse(null),
        request.header(HeaderNames.RAINCHECK_DEADLINE).map(SubmitHeaders::deadline).orElse(null),
        tags(request.headers(HeaderNames.RAINCHECK_TAGS)),
        request.header(HeaderNames.CORRELATION_ID).map(SubmitHeaders::correlation).orElse(null),
        TraceParent.read(request.headers(HeaderNames.TRACEPARENT)),
        IdempotencyKey.read(request.headers(HeaderNames.IDEMPOTENCY_KEY)).orElse(null),
        Prefer.parse(request.headers(HeaderNames.PREFER)));
  }

  Optional<String> findKey() {
    return Optional.ofNullable(key);
  }

  private static Instant runAt(String value) {
    return Rfc3339.parse(value.strip())
        .orElseThrow(
            () ->
                Wrongs.badHeader(
                    HeaderNames.RAINCHECK_RUN_AT,
                    "Raincheck-Run-At is an RFC 3339 time such as 2026-11-24T21:12:53Z."));
  }

  private static Duration deadline(String value) {
    var digits = value.strip();
    int seconds = digits.length() > DEADLINE_DIGITS_MAX ? -1 : Prefer.seconds(digits);
    if (seconds < 1 || seconds > Limits.DEADLINE_SECONDS_MAX) {
      throw Wrongs.badHeader(
          HeaderNames.RAINCHECK_DEADLINE,
          "Raincheck-Deadline is 1 to 31536000 whole seconds from acceptance.");
    }
    return Duration.ofSeconds(seconds);
  }

  private static String correlation(String value) {
    var id = value.strip();
    if (Limits.isCorrelation(id)) return id;
    throw Wrongs.badHeader(
        HeaderNames.CORRELATION_ID, "A Correlation-Id is 1 to 128 visible ASCII characters.");
  }

  private static @Nullable List<String> tags(List<String> lines) {
    if (lines.isEmpty()) return null;
    var tags = new ArrayList<String>();
    for (var line : lines) {
      for (var element : line.split(",")) {
        var tag = element.strip();
        if (tag.isEmpty()) continue; // RFC 9110: an empty element of a list is none
        if (!Limits.isTag(tag)) {
          throw Wrongs.badHeader(
              HeaderNames.RAINCHECK_TAGS,
              "A tag is 1 to 64 of A-Z, a-z, 0-9, '_', '.', ':' and '-'; separate tags by commas.");
        }
        if (!tags.contains(tag)) tags.add(tag);
        if (tags.size() > Limits.TAGS_MAX) {
          throw Wrongs.badHeader(HeaderNames.RAINCHECK_TAGS, "There may be at most 20 tags.");
        }
      }
    }
    return tags;
  }
}
