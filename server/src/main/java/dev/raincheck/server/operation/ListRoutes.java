package dev.raincheck.server.operation;

import dev.raincheck.operation.Operations;
import dev.raincheck.pace.Alarms;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.auth.Quotas;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.JsonBody;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The routes beside submitting and polling: lists, results, cancel, delete, bulk cancel and
 * operation types; and those that the contract names and this version does not have.
 */
public final class ListRoutes {
  private static final String READ = "operations:read";
  private static final String CANCEL = "operations:cancel";

  private final TypeRoutes types;
  private final ListRoute list;
  private final ResultRoute result;
  private final ChangeRoutes changes;
  private final BulkRoute bulk;
  private final Callers callers;

  /**
   * @param cursorSecret signs cursors; the same on all nodes and after a restart, at least 16 bytes
   * @param dice for jitter; safe for use by many threads
   */
  public ListRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      Alarms alarms,
      byte[] cursorSecret,
      InstantSource clock,
      RandomGenerator dice) {
    this.callers = callers;
    var urls = new OperationUrls(settings.publicBaseUrl());
    var etags = new Etags(urls);
    var headers = new OperationHeaders(urls, etags);
    var documents = new OperationDocument(operations, urls);
    var lookup = new OperationLookup(operations);
    var waiting = new OperationWaiting(alarms);
    var retryAfter = new RetryAfter(clock, dice, RetryAfter.Load.NONE);
    var untilDone = new UntilDone(operations, lookup, callers, waiting, retryAfter);
    types = new TypeRoutes(operations.types(), settings.publicBaseUrl());
    list = new ListRoute(operations, documents, urls, new Cursors(cursorSecret));
    result =
        new ResultRoute(
            lookup, documents, headers, new ResultAnswers(operations), untilDone, callers,
            settings.maxWait());
    changes =
        new ChangeRoutes(
            operations, lookup, documents, headers, new IfMatch(etags), untilDone, callers,
            settings.maxWait());
    bulk =
        new BulkRoute(
            operations,
            new SubmitAnswers(
                operations, lookup, documents, headers, retryAfter, waiting, callers),
            callers,
            settings.maxWait());
  }

  /** All of them, each within its caller's quota. */
  public List<Route> routes() {
    var routes = new ArrayList<Route>();
    routes.add(
        Route.get(
                "/v1/operations",
                request -> list.answer(callers.tenant(request.principal()), request))
            .needs(READ));
    routes.add(
        Route.get("/v1/operations/{id}/result", result::answer)
            .needs(READ)
            .varies("Accept, Prefer"));
    routes.add(Route.post("/v1/operations/{id}/cancel", json(CANCEL, changes::cancel)));
    routes.add(Route.post("/v1/operations/{id}:cancel", json(CANCEL, changes::cancel)));
    routes.add(Route.delete("/v1/operations/{id}", changes::delete).needs(CANCEL));
    types.addTo(routes::add);
    LaterRoutes.addTo(routes::add);
    var enforced = new ArrayList<>(routes.stream().map(Quotas::enforcedOn).toList());
    enforced.add(
        // Asks for its quota itself, after everything else that it may refuse.
        Route.post("/v1/operations/cancel", json(CANCEL, bulk::answer))
            .creates()
            .varies(HeaderNames.PREFER));
    return List.copyOf(enforced);
  }

  /** Scopes are looked at inside, because 415 comes before 403. */
  private static Route.Handler json(String scope, Route.Handler handler) {
    return request -> {
      boolean nothing =
          !request.hasBody()
              || request.contentType().isEmpty() && request.body(Route.BODY_BYTES_MAX).length == 0;
      if (!nothing) JsonBody.refuseOtherMedia(request);
      if (!request.principal().allows(scope)) {
        throw new RefusedException(
            ProblemCode.INSUFFICIENT_SCOPE, "The credential lacks the scope %s.".formatted(scope));
      }
      return handler.answer(request);
    };
  }
}
