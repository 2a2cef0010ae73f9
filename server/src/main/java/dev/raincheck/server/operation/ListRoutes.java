package dev.raincheck.server.operation;

import dev.raincheck.operation.Operations;
import dev.raincheck.pace.Alarms;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Route;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The routes beside submitting and polling: lists, results, cancel, delete, bulk cancel, tickets
 * and operation types; and those that the contract names and this version does not have.
 */
public final class ListRoutes {
  private static final String READ = "operations:read";
  static final String CANCEL = "operations:cancel";

  private final TypeRoutes types;
  private final ListRoute list;
  private final ResultRoute result;
  private final ChangeRoutes changes;
  private final BulkRoute bulk;
  private final TicketRoute tickets;
  private final Callers callers;

  /**
   * @param secret signs cursors and tickets; the same on all nodes and after a restart, at least 16
   *     bytes
   * @param retryAfter the one of all routes, because a tenant's polls add up
   */
  public ListRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      Alarms alarms,
      byte[] secret,
      RetryAfter retryAfter,
      InstantSource clock) {
    this.callers = callers;
    var urls = new OperationUrls(settings.publicBaseUrl());
    var etags = new Etags(urls);
    var headers = new OperationHeaders(urls, etags);
    var documents = new OperationDocument(operations, urls);
    var lookup = new OperationLookup(operations);
    var waiting = new OperationWaiting(alarms);
    var untilDone = new UntilDone(operations, lookup, callers, waiting, retryAfter);
    types = new TypeRoutes(operations.types(), settings.publicBaseUrl());
    list = new ListRoute(operations, callers, documents, urls, new Cursors(secret));
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
    tickets = new TicketRoute(lookup, urls, callers, new Tickets(secret), clock);
  }

  /** All of them, for {@link dev.raincheck.server.http.Routes}. */
  public List<Route> all() {
    var routes = new ArrayList<Route>();
    routes.add(Route.get("/v1/operations", list::answer).needs(READ));
    routes.add(
        Route.get("/v1/operations/{id}/result", result::answer)
            .needs(READ)
            .varies("Accept, Prefer"));
    routes.add(Route.delete("/v1/operations/{id}", changes::delete).needs(CANCEL));
    types.addTo(routes::add);
    LaterRoutes.addTo(routes::add);
    routes.replaceAll(route -> route.answeredBy(withinQuota(route.handler())));

    var cancel = takingJson(withinQuota(changes::cancel));
    routes.add(Route.post("/v1/operations/{id}/cancel", cancel));
    routes.add(Route.post("/v1/operations/{id}:cancel", cancel));
    routes.add(
        Route.post("/v1/operations/cancel", takingJson(bulk::answer))
            .creates()
            .varies(HeaderNames.PREFER));
    routes.add(tickets.route());
    return List.copyOf(routes);
  }

  private Route.Handler withinQuota(Route.Handler handler) {
    return request -> {
      var over = callers.overQuota(request.principal());
      return over.isPresent() ? over.get() : handler.answer(request);
    };
  }

  /** Looks at the scope after the media type, as the contract's order of refusals is. */
  private static Route.Handler takingJson(Route.Handler handler) {
    return request -> {
      SubmitChecks.refuseMediaType(request, SubmitChecks.JSON_ONLY, Route.BODY_BYTES_MAX);
      SubmitChecks.refuseWithout(CANCEL, request.principal());
      return handler.answer(request);
    };
  }
}
