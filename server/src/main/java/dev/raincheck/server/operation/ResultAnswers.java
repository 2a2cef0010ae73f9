package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.State;
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
  static final String VARY = "Accept, Prefer";

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
   * @param ifNoneMatch the lines of that header
   * @param head whether no content will be sent
   */
  Answer.Now of(Operation done, List<String> ifNoneMatch, boolean head) {
    return switch (done.state()) {
      case State.Succeeded(var result) when result == null -> vary(204).empty();
      case State.Succeeded(var result) -> of(done, result, ifNoneMatch, head);
      case State.Failed _, State.Canceled _ -> failed(done);
      case State.Scheduled _, State.Blocked _, State.Queued _, State.Running _, State.Waiting _,
          State.Canceling _ ->
          throw new IllegalStateException("the operation is not done");
    };
  }

  private Answer.Now of(
      Operation done, Payload result, List<String> ifNoneMatch, boolean head) {
    if (done.resultGone()) return expired();
    var digest = result.digest();
    var etag = Digests.etag(digest);
    if (EntityTags.matchWeakly(ifNoneMatch, etag)) {
      return vary(304).header(HeaderNames.ETAG, etag).empty();
    }
    // They may have expired since the operation was read.
    var bytes = operations.bytes(done, Payload.Part.RESULT, result).orElse(null);
    if (bytes == null) return expired();
    var sent = head ? Digests.sha256(NO_CONTENT) : digest;
    return vary(200)
        .header(HeaderNames.ETAG, etag)
        .header(HeaderNames.ACCEPT_RANGES, "none")
        .header(HeaderNames.REPR_DIGEST, Digests.field(digest))
        .header(HeaderNames.CONTENT_DIGEST, Digests.field(sent))
        .header(HeaderNames.CONTENT_DISPOSITION, disposition(done, result.mediaType()))
        .body(mediaType(result), bytes);
  }

  private static Response.Builder vary(int status) {
    return Response.status(status)
        .cacheControl(OperationHeaders.REVALIDATE)
        .header(HeaderNames.VARY, VARY);
  }

  /** Always to be saved, never shown: a result may be HTML that a stranger wrote. */
  private static String disposition(Operation done, String mediaType) {
    var essence = MediaTypes.essence(mediaType);
    var known = MediaTypes.isJson(essence) ? "application/json" : essence;
    return "attachment; filename=\"%s%s\"".formatted(done.id(), ENDINGS.getOrDefault(known, ".bin"));
  }

  /** As the handler gave it, unless it could not stand in a header. */
  private static String mediaType(Payload result) {
    var given = result.mediaType();
    boolean printable = given.chars().allMatch(c -> c >= ' ' && c <= '~');
    return given.isBlank() || !printable ? BINARY : given;
  }

  private static Refusal failed(Operation done) {
    var failure = errorOf(done);
    return Refusal.ofFailure(
            failure.code(),
            failure.status(),
            WellFormed.text(failure.title()),
            failure.retryable(),
            WellFormed.text(failure.detail()),
            new String(OperationDocument.details(failure), UTF_8))
        .header(HeaderNames.CACHE_CONTROL, OperationHeaders.REVALIDATE)
        .header(HeaderNames.VARY, VARY);
  }

  private static Failure errorOf(Operation done) {
    @Nullable Failure failure = OperationDocument.errorOf(done.state());
    if (failure == null) throw new IllegalStateException("the operation did not fail");
    return failure;
  }

  private static Refusal expired() {
    return Refusal.of(
            ProblemCode.RESULT_EXPIRED,
            "The result was kept until the operation's result_expires_at, and is gone.")
        .header(HeaderNames.VARY, VARY);
  }
}
