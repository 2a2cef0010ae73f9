package dev.raincheck.server.operation;

import dev.raincheck.operation.Operations;
import dev.raincheck.pace.Alarms;
import dev.raincheck.server.http.Route;
import java.util.ArrayList;
import java.util.List;

/** The routes of operations, wired. */
public final class OperationRoutes {
  private final List<Route> routes = new ArrayList<>();

  /**
   * @param alarms that end waits; closed by whoever made them, after the HTTP server
   * @param retryAfter the one of all routes, because a tenant's polls add up
   * @throws IllegalArgumentException if a type's input schema is not one, or a declared route names a
   *     type that is not there
   */
  public OperationRoutes(
      Operations operations,
      OperationSettings settings,
      Callers callers,
      Alarms alarms,
      RetryAfter retryAfter) {
    var urls = new OperationUrls(settings.publicBaseUrl());
    var etags = new Etags(urls);
    var lookup = new OperationLookup(operations);
    var document = new OperationDocument(operations, urls);
    var headers = new OperationHeaders(urls, etags);
    var waiting = new OperationWaiting(alarms);
    var schemas = new InputSchemas(operations.types());
    var answers =
        new SubmitAnswers(operations, lookup, document, headers, retryAfter, waiting, callers);

    routes.addAll(
        new SubmitRoutes(operations, settings, callers, schemas, answers).routes());
    routes.addAll(
        new ShowRoutes(
                operations, settings, callers, lookup, document, headers, etags, retryAfter, waiting)
            .routes());
    routes.addAll(
        new RetryRoutes(operations, settings, callers, lookup, schemas, answers).routes());
  }

  /** All of them, for {@link dev.raincheck.server.http.Routes}. */
  public List<Route> all() {
    return List.copyOf(routes);
  }
}
