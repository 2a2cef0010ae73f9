package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Response;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an operation that is done has to say at its {@code /result}. */
final class ResultAnswers {
  private static final String BINARY = "application/octet-stream";

  /** Endings by which no program runs what it opens; all else is saved as plain bytes. */
  private static final Map<String, String> ENDINGS =
      Map.of(
          "application/json", ".json",
          "application/pdf", ".pdf",
          "application/zip", ".zip",
          "image/gif", ".gif",
          "image/jpeg", ".jpg",
          "image/png", ".png",
          "text/csv", ".csv",
          "text/plain", ".txt");

  private static final byte[] NO_CONTENT = {};

  private final Operations operations;

  ResultAnswers(Operations operations) {
    this.operations = operations;
  }

  /**
   * What of the request shapes the answer.
   *
   * @param ifNoneMatch the lines of that header
   * @param head whether no content will be sent
   * @param applied the preferences that were applied; empty for none
   */
  record Asked(List<String> ifNoneMatch, boolean head, String applied) {}

  Answer.Now of(Operation done, Asked asked) {
    return switch (done.state()) {
      case State.Succeeded(var result) when result == null -> begin(204, asked).empty();
      case State.Succeeded(var result) -> of(done, result, asked);
      case State.Failed _, State.Canceled _ -> failed(done, asked);
      case State.Scheduled _, State.Blocked _, State.Queued _, State.Running _, State.Waiting _,
          State.Canceling _ ->
          throw new IllegalStateException("the operation is not done");
    };
  }

  private Answer.Now of(Operation done, Payload result, Asked asked) {
    if (done.resultGone()) return expired();
    var digest = result.digest();
    var etag = Digests.etag(digest);
    if (EntityTags.matchWeakly(asked.ifNoneMatch(), etag)) {
      return begin(304, asked).header(HeaderNames.ETAG, etag).empty();
    }
    byte[] bytes;
    try {
      bytes = operations.bytes(done, Payload.Part.RESULT, result).orElse(null);
    } catch (StoreException silent) {
      return OperationLookup.unavailable();
    }
    if (bytes == null) return expired(); // since the operation was read
    var sent = asked.head() ? Digests.sha256(NO_CONTENT) : digest;
    return begin(200, asked)
        .header(HeaderNames.ETAG, etag)
        .header(HeaderNames.ACCEPT_RANGES, "none")
        .header(HeaderNames.REPR_DIGEST, Digests.field(digest))
        .header(HeaderNames.CONTENT_DIGEST, Digests.field(sent))
        .header(HeaderNames.CONTENT_DISPOSITION, disposition(done, result.mediaType()))
        .body(mediaType(result), bytes);
  }

  private static Response.Builder begin(int status, Asked asked) {
    var answer = Response.status(status).cacheControl(OperationHeaders.REVALIDATE);
    var applied = asked.applied();
    return applied.isEmpty() ? answer : answer.header(HeaderNames.PREFERENCE_APPLIED, applied);
  }

  /** Always to be saved, never shown: a result may be HTML that a stranger wrote. */
  private static String disposition(Operation done, String mediaType) {
    var essence = MediaTypes.essence(mediaType);
    var known = MediaTypes.isJson(essence) ? "application/json" : essence;
    var ending = ENDINGS.getOrDefault(known, ".bin");
    return "attachment; filename=\"%s%s\"".formatted(done.id(), ending);
  }

  /** As the handler gave it, unless it could not stand in a header. */
  private static String mediaType(Payload result) {
    var given = result.mediaType();
    boolean printable = given.chars().allMatch(c -> c >= ' ' && c <= '~');
    return given.isBlank() || !printable ? BINARY : given;
  }

  private static Refusal failed(Operation done, Asked asked) {
    var failure = errorOf(done);
    var problem =
        Refusal.ofFailure(
                failure.code(),
                failure.status(),
                WellFormed.text(failure.title()),
                failure.retryable(),
                WellFormed.text(failure.detail()),
                new String(OperationDocument.details(failure), UTF_8))
            .header(HeaderNames.CACHE_CONTROL, OperationHeaders.REVALIDATE);
    var applied = asked.applied();
    return applied.isEmpty() ? problem : problem.header(HeaderNames.PREFERENCE_APPLIED, applied);
  }

  private static Failure errorOf(Operation done) {
    @Nullable Failure failure = OperationDocument.errorOf(done.state());
    if (failure == null) throw new IllegalStateException("the operation did not fail");
    return failure;
  }

  private static Refusal expired() {
    return Refusal.of(
        ProblemCode.RESULT_EXPIRED,
        "The result was kept until the operation's result_expires_at, and is gone.");
  }
}
