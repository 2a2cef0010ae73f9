package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Changed;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.JsonBody;
import dev.raincheck.server.json.Members;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Cancels and deletes one operation. */
final class ChangeRoutes {
  private static final String WAIT = "wait";
  private static final String REASON = "reason";
  private static final Set<String> MEMBERS = Set.of(REASON);
  private static final int REASON_MAX = 500;
  /** Far more than a commit takes in health. */
  private static final int COMMIT_SECONDS_MAX = 30;

  private final Operations operations;
  private final OperationLookup lookup;
  private final OperationDocument documents;
  private final OperationHeaders headers;
  private final IfMatch ifMatch;
  private final UntilDone untilDone;
  private final Callers callers;
  private final Duration maxWait;

  ChangeRoutes(
      Operations operations,
      OperationLookup lookup,
      OperationDocument documents,
      OperationHeaders headers,
      IfMatch ifMatch,
      UntilDone untilDone,
      Callers callers,
      Duration maxWait) {
    this.operations = operations;
    this.lookup = lookup;
    this.documents = documents;
    this.headers = headers;
    this.ifMatch = ifMatch;
    this.untilDone = untilDone;
    this.callers = callers;
    this.maxWait = maxWait;
  }

  /** 202 while it is being canceled, 200 once it is done, however it ended. */
  Answer cancel(Request request) {
    var who = request.principal();
    int tenant = callers.tenant(who);
    var id = OperationLookup.id(request.pathParameter("id"));
    var revision = ifMatch.revision(request, lookup.find(tenant, id));
    refuseWaitInQuery(request);
    var prefer = Prefer.parse(request.headers(HeaderNames.PREFER));
    var wait = WaitWish.of(prefer, maxWait);
    var asked = new SubmitAnswers.Asked(who, tenant, prefer, wait);
    var reason = reason(request);
    return untilDone.answer(
        who,
        id,
        wait,
        () -> operation(outcome(operations.cancel(tenant, id, reason, revision))),
        (operation, retryAfter, waited) -> {
          int status = operation.done() ? 200 : 202;
          var answer = headers.changed(status, operation, retryAfter);
          var applied = SubmitAnswers.applied(asked, status, waited);
          if (!applied.isEmpty()) answer.header(HeaderNames.PREFERENCE_APPLIED, applied);
          return answer.json(documents.of(operation));
        });
  }

  private static void refuseWaitInQuery(Request request) {
    if (request.query().all(WAIT).isEmpty()) return;
    throw Wrongs.badParameter(WAIT, "Ask for a wait with the header Prefer: wait=N instead.");
  }

  Answer delete(Request request) {
    int tenant = callers.tenant(request.principal());
    var id = OperationLookup.id(request.pathParameter("id"));
    @Nullable Long revision = null;
    if (!request.headers(HeaderNames.IF_MATCH).isEmpty()) {
      var found = lookup.look(tenant, id);
      if (found.isPresent()) revision = ifMatch.revision(request, found.get());
    }
    return switch (outcome(operations.delete(tenant, id, revision))) {
      case Changed.Gone() -> Response.status(204).empty();
      case Changed.NotDone _ ->
          Refusal.of(
              ProblemCode.OPERATION_NOT_DONE,
              "Only what is done can be deleted: wait for its end, or cancel it first.");
      case Changed.Moved _, Changed.Unchanged _, Changed.NotCancelable _ ->
          throw new IllegalStateException("not an answer to a delete");
      case Changed.Unknown() -> OperationLookup.unknown();
      case Changed.PreconditionFailed() -> IfMatch.failed();
      case Changed.Refused(var after) -> busy(after);
    };
  }

  private static Operation operation(Changed changed) {
    return switch (changed) {
      case Changed.Moved(var operation) -> operation;
      case Changed.Unchanged(var operation) -> operation;
      case Changed.NotCancelable _ ->
          throw new RefusedException(
              ProblemCode.NOT_CANCELABLE, "Operations of this type run to their end.");
      case Changed.NotDone _ -> throw new IllegalStateException("not an answer to a cancel");
      case Changed.Gone() -> throw OperationLookup.gone().asException();
      case Changed.Unknown() -> throw OperationLookup.unknown().asException();
      case Changed.PreconditionFailed() -> throw IfMatch.failed().asException();
      case Changed.Refused(var after) -> throw busy(after).asException();
    };
  }

  /** Blocks until the commit; its thread is the request's own. */
  private static Changed outcome(CompletableFuture<Changed> change) {
    try {
      return change.get(COMMIT_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException unknown) {
      throw new StoreException("the outcome of a change is unknown", unknown);
    } catch (TimeoutException tooLong) {
      throw busy(Duration.ofSeconds(1)).asException();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw busy(Duration.ofSeconds(1)).asException();
    }
  }

  private static Refusal busy(Duration after) {
    return Refusal.of(
            ProblemCode.UNAVAILABLE, "The operation may be as it was; repeat the request.")
        .header(HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
  }

  private static @Nullable String reason(Request request) {
    var body = request.body(Route.BODY_BYTES_MAX);
    if (body.length == 0) return null;
    var members = Members.of(JsonBody.parse(body), MEMBERS);
    var reason = members.optionalText(REASON).orElse(null);
    if (reason != null && Limits.length(reason) > REASON_MAX) {
      members.wrong(
          Members.pointer(REASON), "A reason has at most %d characters.".formatted(REASON_MAX));
    }
    members.refuseIfWrong();
    return reason;
  }
}
