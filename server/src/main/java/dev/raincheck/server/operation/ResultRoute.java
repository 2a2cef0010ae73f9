package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import java.time.Duration;
import java.util.List;

/** The raw result of an operation, or why there is none. */
final class ResultRoute {
  private final OperationLookup lookup;
  private final OperationDocument documents;
  private final OperationHeaders headers;
  private final ResultAnswers results;
  private final UntilDone untilDone;
  private final Callers callers;
  private final Duration maxWait;

  ResultRoute(
      OperationLookup lookup,
      OperationDocument documents,
      OperationHeaders headers,
      ResultAnswers results,
      UntilDone untilDone,
      Callers callers,
      Duration maxWait) {
    this.lookup = lookup;
    this.documents = documents;
    this.headers = headers;
    this.results = results;
    this.untilDone = untilDone;
    this.callers = callers;
    this.maxWait = maxWait;
  }

  Answer answer(Request request) {
    var who = request.principal();
    int tenant = callers.tenant(who);
    var id = OperationLookup.id(request.pathParameter("id"));
    var operation = lookup.find(tenant, id); // An unknown one is 404 whatever else is wrong.
    var wait = WaitWish.read(request, maxWait);
    var known = request.headers(HeaderNames.IF_NONE_MATCH);
    boolean head = request.method().equals("HEAD");
    // A range of what HEAD does not send is of no use.
    var range = head ? List.<String>of() : request.headers(HeaderNames.RANGE);
    var ifRange = request.headers(HeaderNames.IF_RANGE);
    UntilDone.Show show =
        (shown, retryAfter, waited) -> {
          var applied = waited && wait.preferred() ? "wait=" + wait.seconds() : "";
          return shown.done()
              ? results.of(shown, new ResultAnswers.Asked(known, range, ifRange, head, applied))
              : pending(shown, retryAfter, applied);
        };
    if (operation.done()) return show.of(operation, 0, wait.any());
    return untilDone.answer(who, id, wait, () -> lookup.find(tenant, id), show);
  }

  /** Without an ETag: the result has none yet, and the operation's is another one. */
  private Response pending(Operation operation, int retryAfter, String applied) {
    var answer =
        headers
            .pending(202, operation, retryAfter)
            .cacheControl(OperationHeaders.REVALIDATE);
    if (!applied.isEmpty()) answer.header(HeaderNames.PREFERENCE_APPLIED, applied);
    try {
      return answer.json(documents.of(operation));
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }
}
