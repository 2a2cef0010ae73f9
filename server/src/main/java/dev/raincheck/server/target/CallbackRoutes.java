package dev.raincheck.server.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.State;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Told;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.blob.Uploads;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.BodyContent;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.BadJson;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where targets tell how their work ended, and how far it is. The token in the path is all the
 * credential that they need, and who fences them is the engine, by the attempt's epoch.
 */
public final class CallbackRoutes {
  /** Of a problem document, or of progress. */
  private static final int SMALL_BODY_MAX = 64 * 1024;

  /** A longer result goes to the blob store. */
  private static final int RESULT_IN_MEMORY = 1 << 20;

  private final Operations operations;
  private final CallbackTokens tokens;
  private final long resultMax;
  private final InstantSource clock;

  /**
   * @param resultMax the longest result, in bytes, that any target may have; each token holds that
   *     of its own
   */
  public CallbackRoutes(
      Operations operations, CallbackTokens tokens, long resultMax, InstantSource clock) {
    this.operations = operations;
    this.tokens = tokens;
    this.resultMax = resultMax;
    this.clock = clock;
  }

  public List<Route> routes() {
    long longest = Math.max(resultMax, SMALL_BODY_MAX);
    return List.of(
        Route.post(CallbackUrls.PATH + "{token}", this::end).forAnyone().takes(longest),
        Route.post(CallbackUrls.PATH + "{token}/progress", this::progress)
            .forAnyone()
            .takes(SMALL_BODY_MAX));
  }

  /** An end after the deadline is the engine's to judge: it knows whether it is the same again. */
  private Answer end(Request request) {
    CallbackToken token = token(request);
    String contentType = request.contentType().orElse("");
    if (AnswerDetails.mediaType(contentType).equals(Problem.MEDIA_TYPE)) {
      var told = CallbackProblem.of(object(request.body(SMALL_BODY_MAX)));
      return later(
          operations.fail(token.operation(), token.epoch(), told.failure(), told.retry()), false);
    }
    var result = result(request, token, contentType);
    return later(operations.complete(token.operation(), token.epoch(), result), false);
  }

  private @Nullable Input result(Request request, CallbackToken token, String contentType) {
    int memoryMax = (int) Math.min(RESULT_IN_MEMORY, token.resultMax());
    return switch (request.content(memoryMax, token.resultMax())) {
      case BodyContent.Whole(byte[] bytes) when bytes.length == 0 -> null;
      case BodyContent.Whole(byte[] bytes) -> {
        requireMediaType(contentType);
        yield new Input(bytes, contentType);
      }
      case BodyContent.Streamed(var body) -> {
        requireMediaType(contentType);
        yield Uploads.take(operations.blobs(), token.tenant(), body, contentType, memoryMax);
      }
    };
  }

  private static void requireMediaType(String contentType) {
    if (AnswerDetails.mediaType(contentType).isEmpty() || contentType.length() > 200) {
      throw Refusal.ofHeader(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE,
              HeaderNames.CONTENT_TYPE,
              "Say what the result is, such as application/json.")
          .asException();
    }
  }

  private Answer progress(Request request) {
    CallbackToken token = token(request);
    if (token.isOver(clock.instant())) return lost();
    byte[] bytes = request.body(SMALL_BODY_MAX);
    if (bytes.length > 0 && !isJson(request)) {
      throw Refusal.ofHeader(
              ProblemCode.UNSUPPORTED_MEDIA_TYPE,
              HeaderNames.CONTENT_TYPE,
              "Send progress as application/json.")
          .asException();
    }
    // Without a body it is a sign of life.
    var progress = bytes.length == 0 ? null : ProgressBody.read(value(bytes));
    return later(operations.report(token.operation(), token.epoch(), progress), true);
  }

  private static boolean isJson(Request request) {
    String mediaType = AnswerDetails.mediaType(request.contentType().orElse(""));
    return mediaType.equals("application/json") || mediaType.endsWith("+json");
  }

  private CallbackToken token(Request request) {
    return tokens
        .read(request.pathParameter("token"))
        .orElseThrow(
            () -> new RefusedException(ProblemCode.NOT_FOUND, "There is no such call back."));
  }

  private static JsonNode object(byte[] bytes) {
    JsonNode value = value(bytes);
    if (value.isObject()) return value;
    throw new RefusedException(
        ProblemCode.INVALID_REQUEST, "A problem document is a JSON object.");
  }

  private static JsonNode value(byte[] bytes) {
    return switch (Json.read(bytes)) {
      case Reading.Value(var root) -> root;
      case Reading.Broken(BadJson(var detail, var pointer)) -> {
        var refusal = Refusal.of(ProblemCode.INVALID_REQUEST, detail);
        throw (pointer == null
                ? refusal
                : refusal.because(
                    Problem.Error.atPointer(
                        pointer, ProblemCode.INVALID_REQUEST.code(), detail)))
            .asException();
      }
    };
  }

  /** Nothing waits for long here: the answer is one commit away, and late ones harm nobody. */
  private static Answer later(CompletableFuture<Told> told, boolean tellCancel) {
    return new Answer.Later(told.thenApply(outcome -> answer(outcome, tellCancel)), () -> {});
  }

  private static Answer.Now answer(Told told, boolean tellCancel) {
    return switch (told) {
      case Told.Recorded(var operation)
          when tellCancel && operation.state() instanceof State.Canceling ->
          Response.status(200).json("{\"cancel_requested\":true}".getBytes(UTF_8));
      case Told.Recorded _ -> Response.status(204).empty();
      case Told.Stale _ -> lost();
      case Told.Refused(var after) ->
          Refusal.of(ProblemCode.OVERLOADED, "The server is busy; repeat the call back.")
              .header(HeaderNames.RETRY_AFTER, "" + seconds(after));
    };
  }

  private static Refusal lost() {
    return Refusal.of(
        ProblemCode.LEASE_LOST,
        "This attempt is over, or has ended in another way; stop working on it.");
  }

  private static long seconds(Duration after) {
    return Math.max(1, after.plusMillis(999).toSeconds());
  }
}
