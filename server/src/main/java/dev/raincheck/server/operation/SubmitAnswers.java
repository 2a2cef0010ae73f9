package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Submitted;
import dev.raincheck.operation.Waits;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers requests that create operations: submits in all forms, and retries. */
final class SubmitAnswers {
  private final Operations operations;
  private final OperationLookup lookup;
  private final OperationDocument document;
  private final OperationHeaders headers;
  private final RetryAfter retryAfter;
  private final OperationWaiting waiting;
  private final Callers callers;

  SubmitAnswers(
      Operations operations,
      OperationLookup lookup,
      OperationDocument document,
      OperationHeaders headers,
      RetryAfter retryAfter,
      OperationWaiting waiting,
      Callers callers) {
    this.operations = operations;
    this.lookup = lookup;
    this.document = document;
    this.headers = headers;
    this.retryAfter = retryAfter;
    this.waiting = waiting;
    this.callers = callers;
  }

  /** What an answer depends on beside the operation. */
  record Asked(Principal who, int tenant, Prefer prefer, WaitWish patience) {}

  /**
   * The answer to a repeated request, given before any other refusal; empty if its key is new.
   *
   * @param scope of the key: the type, or that of a retried operation
   */
  Optional<Answer> repeated(Asked asked, String scope, @Nullable String key, byte[] fingerprint) {
    if (key == null) return Optional.empty();
    var known = recall(asked, scope, key, fingerprint);
    return switch (known) {
      case Submitted.Replayed _, Submitted.KeyReused _, Submitted.Gone _ ->
          Optional.of(answer(asked, known, null));
      case Submitted.Unknown _, Submitted.Refused _, Submitted.Accepted _, Submitted.NoSuchParent _,
          Submitted.NotDone _, Submitted.Poisoned _ ->
          Optional.empty();
    };
  }

  private Submitted recall(Asked asked, String scope, String key, byte[] fingerprint) {
    try {
      return KeysUnderWay.settle(operations.recall(asked.tenant(), scope, key, fingerprint));
    } catch (StoreException silent) {
      return new Submitted.Unknown(); // The refusal that this would have come before is true as well.
    }
  }

  /**
   * The answer.
   *
   * @param end a wait for the end of an accepted operation that began before it was accepted; closed
   *     here. Null if there is none
   */
  Answer answer(Asked asked, Submitted submitted, Waits.@Nullable Waiter end) {
    if (submitted instanceof Submitted.Accepted(var operation)) {
      return accepted(asked, operation, false, end);
    }
    if (end != null) end.close();
    return switch (submitted) {
      case Submitted.Accepted(var operation) -> accepted(asked, operation, false, null);
      case Submitted.Replayed(var operation) -> accepted(asked, operation, true, null);
      case Submitted.KeyReused() ->
          Refusal.ofHeader(
              ProblemCode.IDEMPOTENCY_KEY_REUSED,
              HeaderNames.IDEMPOTENCY_KEY,
              "The key was used with another request; use a new key for new work.");
      case Submitted.Gone() -> OperationLookup.gone();
      case Submitted.Unknown() -> OperationLookup.unknown();
      case Submitted.NoSuchParent() -> {
        var wrongs = new Wrongs();
        wrongs.at(Envelope.PARENT, Envelope.NO_SUCH_PARENT);
        yield wrongs.refusal();
      }
      case Submitted.NotDone(var operation) ->
          Refusal.of(
              ProblemCode.OPERATION_NOT_DONE,
              "The operation is %s; only what is done can be retried."
                  .formatted(operation.state().word()));
      case Submitted.Refused(var why, var after) -> refused(why, after);
      case Submitted.Poisoned() ->
          Refusal.of(
              ProblemCode.VALIDATION_FAILED, "The request holds a value that cannot be stored.");
    };
  }

  private static Refusal refused(Outcome.Refusal why, Duration after) {
    var refusal =
        switch (why) {
          case OVERLOADED ->
              Refusal.of(
                  ProblemCode.OVERLOADED, "More is submitted than can be stored; repeat later.");
          case TOO_DEEP ->
              Refusal.of(
                  ProblemCode.OVERLOADED,
                  "As many operations of this type wait as may; repeat later.");
          case AWAY ->
              Refusal.of(
                  ProblemCode.UNAVAILABLE, "The store does not answer; nothing was accepted. Repeat the request.");
          case CLOSING ->
              Refusal.of(ProblemCode.UNAVAILABLE, "The server stops; repeat the request.");
        };
    return refusal.header(
        HeaderNames.RETRY_AFTER, Long.toString(Math.clamp(after.toSeconds(), 1, 60)));
  }

  // ---- accepted

  private Answer accepted(
      Asked asked, Operation operation, boolean replayed, Waits.@Nullable Waiter end) {
    if (!asked.patience().any() || operation.done()) {
      if (end != null) end.close();
      boolean waited = asked.patience().any();
      int seconds = operation.done() ? 0 : retryAfter.seconds(operation);
      return response(asked, operation, replayed, waited, seconds);
    }
    var permit = callers.beginWait(asked.who());
    if (permit == null) {
      if (end != null) end.close();
      int seconds = retryAfter.secondsWhenCrowded(operation);
      return response(asked, operation, replayed, false, seconds);
    }
    var waiter = end != null ? end : operations.waits().until(operation.id(), Operation::done);
    if (end == null) {
      // It may have ended between being read and being waited for.
      var now = latest(asked, operation);
      if (now.done()) {
        waiter.close();
        permit.end();
        return response(asked, now, replayed, true, 0);
      }
    }
    return waiting.until(
        waiter,
        asked.patience().duration(),
        permit,
        ended ->
            switch (ended) {
              case OperationWaiting.Ended.Changed(var changed) ->
                  response(asked, changed, replayed, true, 0);
              case OperationWaiting.Ended.TimeOver() ->
                  response(asked, latest(asked, operation), replayed, true, 0);
              case OperationWaiting.Ended.Released() -> {
                var now = latest(asked, operation);
                yield response(asked, now, replayed, true, retryAfter.seconds(now));
              }
            });
  }

  /** As it stands now, or as it was last seen: what was accepted is never answered with an error. */
  private Operation latest(Asked asked, Operation known) {
    return lookup.look(asked.tenant(), known.id()).orElse(known);
  }

  private Answer.Now response(
      Asked asked, Operation operation, boolean replayed, boolean waited, int seconds) {
    int status = operation.done() && waited ? 200 : 202;
    var answer = headers.submitted(status, operation, seconds);
    if (replayed) answer.header(HeaderNames.IDEMPOTENCY_REPLAYED, "true");
    var applied = applied(asked, status, waited);
    if (!applied.isEmpty()) answer.header(HeaderNames.PREFERENCE_APPLIED, applied);
    return answer.json(document.of(operation));
  }

  static String applied(Asked asked, int status, boolean waited) {
    var async = asked.prefer().respondAsync() && status == 202 ? "respond-async" : "";
    if (!waited) return async;
    var wait = "wait=" + asked.patience().seconds();
    return async.isEmpty() ? wait : async + ", " + wait;
  }
}
