package dev.raincheck.server.event;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.Engine;
import dev.raincheck.pace.Alarms;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.OperationDocument;
import dev.raincheck.server.operation.OperationLookup;
import dev.raincheck.server.operation.OperationSettings;
import dev.raincheck.server.operation.OperationUrls;
import dev.raincheck.server.operation.RetryAfter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events of one operation, and of all of a tenant's: as a stream, or page by page. */
public final class EventRoutes {
  private static final String READ = "operations:read";
  private static final String VARY = HeaderNames.ACCEPT + ", " + HeaderNames.PREFER;
  private static final String NO_BUFFERING = "X-Accel-Buffering";

  private final Callers callers;
  private final OperationLookup lookup;
  private final OperationStream.Parts parts;
  private final EventCursors cursors;
  private final OperationUrls urls;
  private final EventPages pages;

  /**
   * @param alarms that end waits; closed by whoever made them, after the HTTP server
   * @param cursorSecret signs cursors; the same on all nodes and after a restart
   * @param retryAfter the one of all routes, because a tenant's polls add up
   */
  public EventRoutes(
      Engine engine,
      OperationSettings settings,
      Callers callers,
      Alarms alarms,
      byte[] cursorSecret,
      RetryAfter retryAfter,
      OpenStreams streams) {
    this.callers = callers;
    lookup = new OperationLookup(engine.operations());
    urls = new OperationUrls(settings.publicBaseUrl());
    var documents = new EventDocument(new OperationDocument(engine.operations(), urls));
    parts =
        new OperationStream.Parts(
            engine.feed(), engine.archive(), documents, new Rendering(documents), streams);
    cursors = new EventCursors(cursorSecret);
    pages = new EventPages(parts, lookup, cursors, callers, alarms, retryAfter, settings.maxWait());
  }

  /** The routes of operations and of their events; that of an operation itself tells its events, too. */
  public List<Route> with(List<Route> ofOperations) {
    var routes = new ArrayList<Route>();
    for (var route : ofOperations) routes.add(isOperation(route) ? offeredOn(route) : route);
    routes.add(Route.get("/v1/operations/{id}/events", this::ofOperation).needs(READ).varies(VARY));
    routes.add(Route.get("/v1/events", this::ofTenant).needs(READ).varies(VARY));
    return routes;
  }

  private static boolean isOperation(Route route) {
    return route.method().equals("GET") && route.template().equals("/v1/operations/{id}");
  }

  /** Who asks the operation for a stream gets its events. */
  private Route offeredOn(Route operation) {
    return operation.answeredBy(
        request -> {
          var best = Accept.of(request.headers(HeaderNames.ACCEPT)).best(Accept.JSON, Accept.SSE);
          return Accept.SSE.equals(best) ? stream(request) : operation.handler().answer(request);
        });
  }

  private Answer ofOperation(Request request) {
    var best = Accept.of(request.headers(HeaderNames.ACCEPT)).best(Accept.JSON, Accept.SSE, Accept.NDJSON);
    if (best == null) return notAcceptable(Accept.JSON, Accept.SSE, Accept.NDJSON);
    if (best.equals(Accept.SSE)) return stream(request);
    var over = callers.overQuota(request.principal());
    if (over.isPresent()) return over.get();
    var id = OperationLookup.id(request.pathParameter("id"));
    return best.equals(Accept.JSON) ? pages.ofOperation(request, id) : lines(request, id);
  }

  private Answer ofTenant(Request request) {
    var best = Accept.of(request.headers(HeaderNames.ACCEPT)).best(Accept.JSON, Accept.SSE);
    if (best == null) return notAcceptable(Accept.JSON, Accept.SSE);
    if (best.equals(Accept.SSE)) return streamOfAll(request);
    return callers.overQuota(request.principal()).<Answer>map(over -> over).orElseGet(() -> pages.ofTenant(request));
  }

  private static Refusal notAcceptable(String... offers) {
    return Refusal.of(
        ProblemCode.NOT_ACCEPTABLE, "There is %s here.".formatted(String.join(", ", offers)));
  }

  // ---- server-sent events

  private Answer stream(Request request) {
    int tenant = callers.tenant(request.principal());
    var id = OperationLookup.id(request.pathParameter("id"));
    Operation operation;
    try {
      // Thousands come back at once after a restart: they wait their turn instead of being turned away.
      operation = parts.all().reading(() -> lookup.find(tenant, id));
    } catch (RefusedException refused) {
      if (refused.refusal().status() != 503) throw refused;
      return overloaded();
    }
    if (callers.overQuota(request.principal()).isPresent()) return overloaded();
    var start = start(operation, resumedAt(request));
    if (start == null) return Response.status(204).empty();
    if (isHead(request)) return new Answer.Live(head(Framing.SSE, id), new TurnedAway());
    if (!parts.all().admit(tenant)) return overloaded();
    return new Answer.Live(
        head(Framing.SSE, id),
        new OperationStream(parts, Framing.SSE, follower(request), operation.id(), start));
  }

  /** Null if the client has all that will ever be. */
  private static OperationStream.@Nullable Start start(Operation operation, Optional<String> resumed) {
    if (resumed.isEmpty()) return new OperationStream.Start.Snapshot(false);
    var number = PageWish.number(resumed.get());
    if (number.isEmpty()) return new OperationStream.Start.Snapshot(true);
    long after = number.getAsLong();
    if (operation.done() && after >= operation.version()) return null;
    return after > operation.version()
        ? new OperationStream.Start.Snapshot(true)
        : new OperationStream.Start.After(after);
  }

  private Answer streamOfAll(Request request) {
    int tenant = callers.tenant(request.principal());
    var filter = EventFilter.of(request.query());
    if (callers.overQuota(request.principal()).isPresent()) return overloaded();
    if (isHead(request)) return new Answer.Live(head(), new TurnedAway());
    var start = start(tenant, filter, resumedAt(request));
    if (!parts.all().admit(tenant)) return overloaded();
    return new Answer.Live(
        head(), new TenantStream(parts, follower(request), filter, cursors, start));
  }

  private TenantStream.Start start(int tenant, EventFilter filter, Optional<String> resumed) {
    if (resumed.isEmpty()) return new TenantStream.Start.Now(false);
    if (resumed.get().equals("0")) return new TenantStream.Start.Oldest();
    var offset = cursors.read(tenant, filter, resumed.get());
    return offset.isPresent()
        ? new TenantStream.Start.After(offset.getAsLong())
        : new TenantStream.Start.Now(true);
  }

  /** The header wins over the parameter; what is there twice or is empty is there, and cannot be read. */
  private static Optional<String> resumedAt(Request request) {
    var header = request.headers(HeaderNames.LAST_EVENT_ID);
    var given = header.isEmpty() ? request.query().all(PageWish.AFTER) : header;
    if (given.isEmpty()) return Optional.empty();
    return Optional.of(given.size() == 1 ? given.getFirst().strip() : "");
  }

  /** Any other status than 200 would end an EventSource for good; so it is told to come back. */
  private static Answer overloaded() {
    return new Answer.Live(head(), new TurnedAway());
  }

  // ---- lines

  private Answer lines(Request request, OperationId id) {
    int tenant = callers.tenant(request.principal());
    long asked = PageWish.after(request.query());
    var past = pages.past(tenant, id, asked, 1);
    long after = Math.min(asked, past.operation().version());
    if (isHead(request)) return new Answer.Live(head(Framing.NDJSON, id), new TurnedAway());
    if (!parts.all().admit(tenant)) {
      return Refusal.of(
          ProblemCode.CONCURRENCY_EXCEEDED, "Too many streams are open: close some, or read pages of JSON.");
    }
    var start = new OperationStream.Start.After(after);
    return new Answer.Live(
        head(Framing.NDJSON, id),
        new OperationStream(parts, Framing.NDJSON, follower(request), past.operation().id(), start));
  }

  // ---- both

  private LiveStream.Follower follower(Request request) {
    return new LiveStream.Follower(callers.tenant(request.principal()), request.principal());
  }

  private static boolean isHead(Request request) {
    return request.method().equals("HEAD");
  }

  /** Of a stream that is about no operation in particular. */
  private static Response head() {
    return unbuffered().body(Framing.SSE.mediaType(), new byte[0]);
  }

  private Response head(Framing framing, OperationId id) {
    return unbuffered()
        .header(HeaderNames.OPERATION_LOCATION, urls.self(id))
        .body(framing.mediaType(), new byte[0]);
  }

  private static Response.Builder unbuffered() {
    return Response.status(200).cacheControl("no-store").header(NO_BUFFERING, "no");
  }
}
