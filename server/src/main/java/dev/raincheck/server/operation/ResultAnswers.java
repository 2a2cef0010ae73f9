package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Sha256;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Response;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
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

  /** What HEAD sends. */
  private static final byte[] NO_CONTENT = Sha256.of(new byte[0]);

  private final Operations operations;

  ResultAnswers(Operations operations) {
    this.operations = operations;
  }

  /**
   * What of the request shapes the answer.
   *
   * @param ifNoneMatch the lines of that header
   * @param range the lines of that header
   * @param ifRange the lines of that header
   * @param head whether no content will be sent
   * @param applied the preferences that were applied; empty for none
   */
  record Asked(
      List<String> ifNoneMatch,
      List<String> range,
      List<String> ifRange,
      boolean head,
      String applied) {}

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
    return switch (ByteRange.of(asked.range(), asked.ifRange(), etag, result.size())) {
      case ByteRange.Whole() -> send(done, result, new Piece(200, 0, result.size()), asked);
      case ByteRange.Part part ->
          send(done, result, new Piece(206, part.first(), part.length()), asked);
      case ByteRange.Unsatisfiable() ->
          Refusal.of(
                  ProblemCode.RANGE_NOT_SATISFIABLE,
                  "The result has %,d bytes, and none of them is in the range."
                      .formatted(result.size()))
              .header(HeaderNames.CONTENT_RANGE, "bytes */" + result.size());
    };
  }

  /** What of a result is sent. */
  private record Piece(int status, long first, long length) {}

  private Answer.Now send(Operation done, Payload result, Piece piece, Asked asked) {
    try {
      return switch (result) {
        case Payload.Blob blob -> send(done, blob, piece, asked);
        case Payload.Inline _, Payload.Apart _ ->
            operations
                .bytes(done, Payload.Part.RESULT, result)
                .<Answer.Now>map(bytes -> send(done, result, bytes, piece, asked))
                .orElseGet(ResultAnswers::expired); // since the operation was read
      };
    } catch (FileNotFoundException gone) {
      return expired();
    } catch (StoreException | IOException silent) {
      return OperationLookup.unavailable();
    }
  }

  private static Answer.Now send(
      Operation done, Payload result, byte[] bytes, Piece piece, Asked asked) {
    boolean whole = piece.length == bytes.length;
    var sent =
        whole
            ? bytes
            : Arrays.copyOfRange(bytes, (int) piece.first, (int) (piece.first + piece.length));
    var digest = asked.head() ? NO_CONTENT : whole ? result.digest() : Sha256.of(sent);
    return head(done, result, piece, digest, asked).body(mediaType(result), sent);
  }

  /** The digest goes before the bytes it is of, so those of a part are read twice. */
  private Answer.Now send(Operation done, Payload.Blob blob, Piece piece, Asked asked)
      throws IOException {
    byte[] digest;
    try (var in = operations.blobs().open(blob, piece.first)) {
      boolean whole = piece.length == blob.size();
      digest = asked.head() ? NO_CONTENT : whole ? blob.sha256() : Digests.sha256(in, piece.length);
    }
    return head(done, blob, piece, digest, asked)
        .download(
            mediaType(blob), piece.length, () -> operations.blobs().open(blob, piece.first));
  }

  private static Response.Builder head(
      Operation done, Payload result, Piece piece, byte[] digest, Asked asked) {
    var whole = result.digest();
    var answer =
        begin(piece.status, asked)
            .header(HeaderNames.ETAG, Digests.etag(whole))
            .header(HeaderNames.ACCEPT_RANGES, "bytes")
            .header(HeaderNames.REPR_DIGEST, Digests.field(whole))
            .header(HeaderNames.CONTENT_DIGEST, Digests.field(digest))
            .header(HeaderNames.CONTENT_DISPOSITION, disposition(done, result.mediaType()));
    if (piece.status != 206) return answer;
    long last = piece.first + piece.length - 1;
    return answer.header(
        HeaderNames.CONTENT_RANGE,
        "bytes %d-%d/%d".formatted(piece.first, last, result.size()));
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
