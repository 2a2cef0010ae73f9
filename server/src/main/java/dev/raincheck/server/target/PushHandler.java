package dev.raincheck.server.target;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.ResultStream;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressRequest;
import dev.raincheck.server.egress.Overflow;
import dev.raincheck.server.target.TargetAnswer.Final;
import dev.raincheck.server.target.TargetAnswer.Retryable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs operations by calling a target: each attempt is one call, which holds no thread. */
final class PushHandler implements Handler.Staged {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  /** No attempt lasts longer than a year; a token without an end has none to sign. */
  private static final Duration LONGEST_ATTEMPT = Duration.ofDays(366);

  /** A longer answer goes to the blob store. */
  private static final int RESULT_IN_MEMORY = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(PushHandler.class);

  private final PushTarget target;
  private final TargetClient client;
  private final CallbackUrls callbacks;
  private final InstantSource clock;
  private final RandomGenerator dice;

  PushHandler(
      PushTarget target,
      TargetClient client,
      CallbackUrls callbacks,
      InstantSource clock,
      RandomGenerator dice) {
    this.target = target;
    this.client = client;
    this.callbacks = callbacks;
    this.clock = clock;
    this.dice = dice;
  }

  @Override
  public CompletionStage<Result> begin(Input input, Context context) {
    var kept = new AtomicReference<@Nullable ResultStream>();
    Overflow.Place place =
        () -> {
          var stream = context.stream();
          kept.set(stream);
          return stream;
        };
    TargetAttempt attempt = client.call(call(input, context, place));
    context.onCancel(attempt::cancel);
    return attempt.answer().thenApply(answer -> result(answer, kept.get()));
  }

  private TargetCall call(Input input, Context context, Overflow.Place place) {
    Instant now = clock.instant();
    Instant longest = now.plus(LONGEST_ATTEMPT);
    Instant deadline = context.deadline().isBefore(longest) ? context.deadline() : longest;
    Duration left = Duration.between(now, deadline);
    boolean endsSooner = left.compareTo(target.answerWithin()) < 0;
    return new TargetCall(
        target.method(),
        target.url(),
        headers(context, deadline),
        body(input),
        target.credentials(),
        context.operation().submission().promise().atMostOnce(),
        endsSooner ? left : target.answerWithin(),
        target.resultMax(),
        Optional.of(new Overflow(RESULT_IN_MEMORY, place)));
  }

  private List<EgressHeader> headers(Context context, Instant deadline) {
    String id = context.operationId().text();
    var token =
        new CallbackToken(
            context.operation().submission().tenant(),
            context.operationId(),
            context.epoch(),
            deadline,
            target.resultMax());

    var headers = new ArrayList<>(target.headers());
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_OPERATION_ID, id));
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_TYPE, context.type()));
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_ATTEMPT, "" + context.attempt()));
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_EPOCH, "" + context.epoch()));
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_DEADLINE_AT, MILLIS.format(deadline)));
    headers.add(new EgressHeader(HeaderNames.RAINCHECK_CALLBACK_URL, callbacks.of(token)));
    headers.add(new EgressHeader(HeaderNames.CORRELATION_ID, context.correlationId()));
    context
        .causationId()
        .ifPresent(cause -> headers.add(new EgressHeader(HeaderNames.CAUSATION_ID, cause)));
    // The same on every attempt, so that a target can tell a repeat from new work.
    headers.add(new EgressHeader(HeaderNames.IDEMPOTENCY_KEY, id));
    context
        .traceparent()
        .flatMap(parent -> TraceParent.child(parent, dice))
        .ifPresent(child -> headers.add(new EgressHeader(HeaderNames.TRACEPARENT, child)));
    return headers;
  }

  private static Optional<EgressRequest.Body> body(Input input) {
    if (input.mediaType().isEmpty()) return Optional.empty();
    var mediaType = Optional.of(input.mediaType());
    return Optional.of(
        input.inMemory()
            ? new EgressRequest.Bytes(input.bytes(), mediaType)
            : new EgressRequest.Streamed(input.size(), input::open, mediaType));
  }

  private static Result result(TargetAnswer answer, @Nullable ResultStream kept) {
    return switch (answer) {
      case TargetAnswer.Success(var result)
          when kept != null && result.isPresent() && result.get().overflowed() ->
          stored(kept, result.get().contentType());
      case TargetAnswer.Success(var result) ->
          result
              .<Result>map(given -> new Result.Done(given.bytes(), given.contentType()))
              .orElseGet(Result::none);
      case TargetAnswer.CallsBack _ -> new Result.CallsBack();
      case Retryable(_, _, var pause, var costsAttempt) when !costsAttempt ->
          new Result.Snoozed(pause.orElse(Duration.ZERO));
      case Retryable(var code, var detail, var retryAfter, _) ->
          new Result.Failed(failureCode(code).because(detail), true, retryAfter.orElse(null));
      case Final(var code, var detail, var details) ->
          new Result.Failed(with(failureCode(code).because(detail), details), false, null);
      // Asked to stop: whatever is said now ends the attempt, or comes too late to matter.
      case TargetAnswer.Canceled _ ->
          new Result.Failed(
              FailureCode.TARGET_FAILED.because("The call to the target was broken off."),
              true,
              null);
    };
  }

  /** Nothing is wrong with the work if there is no room for what came of it. */
  private static Result stored(ResultStream kept, String contentType) {
    try (kept) {
      return kept.result(contentType);
    } catch (IOException full) {
      LOG.warn("a long result could not be kept", full);
      return new Result.Snoozed(AnswerTable.STORAGE_PAUSE);
    }
  }

  private static FailureCode failureCode(Retryable.Code code) {
    return switch (code) {
      case TARGET_FAILED -> FailureCode.TARGET_FAILED;
      case TARGET_TIMEOUT -> FailureCode.TARGET_TIMEOUT;
    };
  }

  private static FailureCode failureCode(Final.Code code) {
    return switch (code) {
      case TARGET_REJECTED -> FailureCode.TARGET_REJECTED;
      case TARGET_RESPONSE_TOO_LARGE -> FailureCode.TARGET_RESPONSE_TOO_LARGE;
      case BLOCKED_ADDRESS -> FailureCode.BLOCKED_ADDRESS;
    };
  }

  private static Failure with(Failure failure, Optional<String> details) {
    @Nullable String array = details.map(one -> "[" + one + "]").orElse(null);
    return new Failure(
        failure.code(),
        failure.status(),
        failure.title(),
        failure.detail(),
        failure.retryable(),
        array);
  }
}
