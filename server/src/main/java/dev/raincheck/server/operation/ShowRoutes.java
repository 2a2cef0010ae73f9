package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import java.util.List;
import java.util.function.Predicate;

/** GET of an operation: at once, or when it is done or has changed. */
final class ShowRoutes {
  private static final String READ = "operations:read";
  private static final String EXPAND = "expand";

  private final Operations operations;
  private final OperationSettings settings;
  private final Callers callers;
  private final OperationLookup lookup;
  private final OperationDocument document;
  private final OperationHeaders headers;
  private final Etags etags;
  private final RetryAfter retryAfter;
  private final OperationWaiting waiting;

  ShowRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      OperationLookup lookup,
      OperationDocument document,
      OperationHeaders headers,
      Etags etags,
      RetryAfter retryAfter,
      OperationWaiting waiting) {
    this.operations = operations;
    this.settings = settings;
    this.callers = callers;
    this.lookup = lookup;
    this.document = document;
    this.headers = headers;
    this.etags = etags;
    this.retryAfter = retryAfter;
    this.waiting = waiting;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/v1/operations/{id}", this::show)
            .needs(READ)
            .varies(HeaderNames.ACCEPT + ", " + HeaderNames.PREFER));
  }

  /**
   * What a GET wants to see.
   *
   * @param known entity tags that the client has; none when the document is expanded
   */
  private record View(
      int tenant, OperationId id, OperationDocument.Expand expand, List<String> known, WaitWish patience) {
    /** Of the operation that this id turned out to mean: whoever waits must wait for that one. */
    View of(OperationId meant) {
      return new View(tenant, meant, expand, known, patience);
    }
  }

  private Answer show(Request request) {
    var overQuota = callers.overQuota(request.principal());
    if (overQuota.isPresent()) return overQuota.get();
    var view =
        view(request, callers.tenant(request.principal()), OperationLookup.id(request.pathParameter("id")));
    if (!view.patience().any()) {
      var operation = lookup.find(view.tenant(), view.id());
      return response(view, operation, retryAfter.seconds(operation), false);
    }
    return waited(request, view);
  }

  private View view(Request request, int tenant, OperationId id) {
    var wait = WaitWish.read(request, settings.maxWait());
    var expand = expand(request);
    var known = expand.any() ? List.<String>of() : request.headers(HeaderNames.IF_NONE_MATCH);
    return new View(tenant, id, expand, known, wait);
  }

  private Answer waited(Request request, View view) {
    // With an entity tag a client follows every change, without one it wants the end. What is done
    // hardly changes any more, so nobody is kept waiting for that.
    Predicate<Operation> wanted =
        view.known().isEmpty()
            ? Operation::done
            : operation -> operation.done() || !etags.isNamed(view.known(), operation);
    var waiter = operations.waits().until(view.id(), wanted);
    boolean handedOver = false;
    try {
      var operation = lookup.find(view.tenant(), view.id());
      if (!operation.id().equals(view.id())) return waited(request, view.of(operation.id()));
      if (wanted.test(operation)) {
        return response(view, operation, retryAfter.seconds(operation), true);
      }
      var permit = callers.beginWait(request.principal());
      if (permit == null) {
        return response(view, operation, retryAfter.secondsWhenCrowded(operation), false);
      }
      handedOver = true;
      return waiting.until(waiter, view.patience().duration(), permit, ended -> ended(view, ended));
    } finally {
      if (!handedOver) waiter.close();
    }
  }

  private Answer.Now ended(View view, OperationWaiting.Ended ended) {
    return switch (ended) {
      case OperationWaiting.Ended.Changed(var operation) ->
          response(view, operation, retryAfter.seconds(operation), true);
      case OperationWaiting.Ended.TimeOver() ->
          response(view, lookup.find(view.tenant(), view.id()), 0, true);
      case OperationWaiting.Ended.Released() -> {
        var operation = lookup.find(view.tenant(), view.id());
        yield response(view, operation, retryAfter.seconds(operation), true);
      }
    };
  }

  private Response response(View view, Operation operation, int seconds, boolean waited) {
    boolean unchanged = etags.isNamed(view.known(), operation);
    int status = unchanged ? 304 : operation.done() ? 200 : 202;
    var answer = headers.shown(status, operation, seconds, !view.expand().any());
    if (waited && view.patience().preferred()) {
      answer.header(HeaderNames.PREFERENCE_APPLIED, "wait=" + view.patience().seconds());
    }
    if (unchanged) return answer.empty();
    try {
      return answer.json(document.of(operation, view.expand()));
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }

  private static OperationDocument.Expand expand(Request request) {
    var list = request.query().single(EXPAND);
    if (list.isEmpty()) return OperationDocument.Expand.NOTHING;
    boolean input = false;
    boolean queue = false;
    for (var word : list.get().split(",", -1)) {
      switch (word) {
        case "input" -> input = true;
        case "queue" -> queue = true;
        default ->
            throw Wrongs.badParameter(
                EXPAND, "expand is a list of input and queue, separated by commas.");
      }
    }
    return new OperationDocument.Expand(input, queue);
  }
}
