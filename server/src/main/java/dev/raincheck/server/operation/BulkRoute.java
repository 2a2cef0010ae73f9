package dev.raincheck.server.operation;

import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType.Idempotency.Fingerprint;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Submitted;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Submits a bulk cancel: its body is the input, and it is answered as every submit is. */
final class BulkRoute {
  private final Operations operations;
  private final SubmitAnswers answers;
  private final KeysUnderWay keys = new KeysUnderWay(KeysUnderWay.PATIENCE);
  private final Callers callers;
  private final Duration maxWait;

  BulkRoute(
      Operations operations, SubmitAnswers answers, Callers callers, Duration maxWait) {
    this.operations = operations;
    this.answers = answers;
    this.callers = callers;
    this.maxWait = maxWait;
  }

  Answer answer(Request request) {
    // Filters in the query would be ignored, and much more be canceled than was meant.
    request.query().refuseAny();
    var headers = SubmitHeaders.read(request);
    var body = request.body(Route.BODY_BYTES_MAX);
    int tenant = callers.tenant(request.principal());
    var what = what(request, tenant, headers, body);
    var asked =
        new SubmitAnswers.Asked(
            request.principal(), tenant, headers.prefer(), WaitWish.of(headers.prefer(), maxWait));
    try {
      BulkFilter.read(tenant, body);
    } catch (RefusedException refused) {
      if (refused.refusal().status() != ProblemCode.VALIDATION_FAILED.status()) throw refused;
      return repeated(asked, what).orElse(refused.refusal());
    }
    var over = callers.overQuota(request.principal());
    if (over.isPresent()) return repeated(asked, what).orElse(over.get());
    return submit(asked, what);
  }

  private static NewOperation what(
      Request request, int tenant, SubmitHeaders headers, byte[] body) {
    var contentType = body.length == 0 ? "" : request.contentType().orElse("");
    var fingerprint =
        headers.key() == null
            ? Fingerprints.NONE
            : Fingerprints.of(
                Fingerprint.RAW, Fingerprints.Form.INPUT, BulkCancel.TYPE,
                MediaTypes.essence(contentType), body);
    var tags = headers.tags();
    return new NewOperation(
        tenant, BulkCancel.TYPE, new Input(body, contentType), headers.runAt(), null,
        headers.deadline(), Map.of(), tags == null ? List.of() : tags, headers.correlationId(),
        headers.traceparent(), headers.key(), fingerprint, null, null);
  }

  private Answer submit(SubmitAnswers.Asked asked, NewOperation what) {
    var watched = operations.submitAndWatch(what);
    boolean handedOver = false;
    try {
      var submitted = keys.settle(KeysUnderWay.of(what), watched.submitted());
      var repeated =
          submitted instanceof Submitted.Refused ? repeated(asked, what) : Optional.<Answer>empty();
      if (repeated.isPresent()) return repeated.get();
      handedOver = true;
      return answers.answer(asked, submitted, watched.end());
    } finally {
      if (!handedOver) watched.stopWaiting();
    }
  }

  private Optional<Answer> repeated(SubmitAnswers.Asked asked, NewOperation what) {
    return answers.repeated(asked, what.type(), what.key(), what.fingerprint());
  }
}
