package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressAnswer;
import dev.raincheck.server.egress.EgressCall;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressRequest;
import dev.raincheck.server.target.AccessTokens.Grant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The steps of one attempt: credentials, the call, and after a 401 both again, once. */
final class RunningAttempt implements TargetAttempt {
  /** Enough for a problem document; of anything else we show far less. */
  private static final int EXCERPT_MAX = 16 * 1024;

  private final EgressClient egress;
  private final InstantSource clock;
  private final TargetCall call;
  private final Instant deadline;
  private final CompletableFuture<TargetAnswer> answer = new CompletableFuture<>();

  /** Guarded by this: the call under way, and whether there may be another. */
  private @Nullable EgressCall current;

  private boolean canceled;

  RunningAttempt(EgressClient egress, InstantSource clock, TargetCall call) {
    this.egress = egress;
    this.clock = clock;
    this.call = call;
    this.deadline = clock.instant().plus(call.answerWithin());
  }

  void start() {
    CompletionStage<TargetAnswer> end =
        switch (call.credentials()) {
          case Credentials.None _ -> send(List.of()).thenApply(this::read);
          case Credentials.Header header -> send(List.of(header.asSent())).thenApply(this::read);
          case Credentials.OAuth2(var tokens) -> withToken(tokens, /* mayRefresh= */ true);
        };
    var _ = end.whenComplete(this::finish);
  }

  private void finish(@Nullable TargetAnswer outcome, @Nullable Throwable failure) {
    if (outcome != null) answer.complete(outcome);
    else if (failure != null) answer.completeExceptionally(failure);
  }

  private CompletionStage<TargetAnswer> withToken(AccessTokens tokens, boolean mayRefresh) {
    return grant(tokens)
        .thenCompose(
            grant ->
                switch (grant) {
                  case Grant.Refused(var refusal) -> CompletableFuture.completedStage(refusal);
                  case Grant.Token token -> withToken(tokens, token, mayRefresh);
                });
  }

  /** The token is fetched for all who wait, so each gives up at its own deadline. */
  private CompletionStage<Grant> grant(AccessTokens tokens) {
    long left = Math.max(0, left().toMillis());
    return tokens
        .current()
        .toCompletableFuture()
        .copy()
        .orTimeout(left, TimeUnit.MILLISECONDS)
        .exceptionally(RunningAttempt::late);
  }

  private static Grant late(Throwable failure) {
    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
    if (cause instanceof TimeoutException) return new Grant.Refused(AnswerTable.late());
    throw new CompletionException(failure);
  }

  private CompletionStage<TargetAnswer> withToken(
      AccessTokens tokens, Grant.Token token, boolean mayRefresh) {
    var bearer = new EgressHeader("Authorization", "Bearer " + token.value().reveal());
    return send(List.of(bearer))
        .thenCompose(
            answer -> {
              if (mayRefresh
                  && answer instanceof EgressAnswer.Answered answered
                  && answered.status() == 401) {
                tokens.reject(token);
                return withToken(tokens, /* mayRefresh= */ false);
              }
              return CompletableFuture.completedStage(read(answer));
            });
  }

  private CompletionStage<EgressAnswer> send(List<EgressHeader> credentials) {
    var headers = new ArrayList<>(call.headers());
    headers.addAll(credentials);
    var request =
        new EgressRequest(
            call.method(),
            call.url(),
            headers,
            call.body(),
            call.once(),
            left(),
            call.answerMax(),
            EXCERPT_MAX,
            call.overflow());
    synchronized (this) {
      if (canceled) return CompletableFuture.completedStage(new EgressAnswer.Canceled());
      current = egress.send(request);
      return current.answer();
    }
  }

  private TargetAnswer read(EgressAnswer answer) {
    return AnswerTable.read(answer, clock.instant());
  }

  private Duration left() {
    return Duration.between(clock.instant(), deadline);
  }

  @Override
  public CompletionStage<TargetAnswer> answer() {
    return answer.minimalCompletionStage();
  }

  @Override
  public synchronized void cancel() {
    canceled = true;
    if (current != null) current.cancel();
    else answer.complete(new TargetAnswer.Canceled());
  }
}
