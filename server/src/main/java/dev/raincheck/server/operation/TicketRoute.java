package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.text.Rfc3339;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Makes tickets. Who makes one needs every scope that it grants, and nothing else. */
final class TicketRoute {
  private static final int BODY_BYTES_MAX = 16 << 10;
  private static final JsonFactory JSON = new JsonFactory();

  private final OperationLookup lookup;
  private final OperationUrls urls;
  private final Callers callers;
  private final Tickets tickets;
  private final InstantSource clock;

  TicketRoute(
      OperationLookup lookup,
      OperationUrls urls,
      Callers callers,
      Tickets tickets,
      InstantSource clock) {
    this.lookup = lookup;
    this.urls = urls;
    this.callers = callers;
    this.tickets = tickets;
    this.clock = clock;
  }

  Route route() {
    return Route.post("/v1/operations/{id}/tickets", this::make).takes(BODY_BYTES_MAX);
  }

  private Answer make(Request request) {
    var who = request.principal();
    SubmitChecks.refuseMediaType(request, SubmitChecks.JSON_ONLY, BODY_BYTES_MAX);
    refuseWithoutAnyScope(who);
    var wrongs = new Wrongs();
    var wish = wish(request, wrongs);
    wish.scopes().forEach(scope -> SubmitChecks.refuseWithout(scope.scope(), who));
    int tenant = callers.tenant(who);
    var id = lookup.find(tenant, id(request)).id();
    if (!wrongs.none()) return wrongs.refusal();
    var over = callers.overQuota(who);
    if (over.isPresent()) return over.get();

    var until = until(who, clock.instant().plus(wish.life()));
    return made(id, new Ticket(id, tenant, who.id(), wish.scopes(), until));
  }

  private static void refuseWithoutAnyScope(Principal who) {
    boolean any = Arrays.stream(TicketScope.values()).anyMatch(scope -> who.allows(scope.scope()));
    if (!any) SubmitChecks.refuseWithout(TicketScope.READ.scope(), who);
  }

  /** An unknown operation is 404 whatever else is wrong. */
  private TicketWish wish(Request request, Wrongs wrongs) {
    try {
      return TicketWish.read(request.body(BODY_BYTES_MAX), wrongs);
    } catch (RefusedException unreadable) {
      lookup.find(callers.tenant(request.principal()), id(request));
      throw unreadable;
    }
  }

  private static OperationId id(Request request) {
    return OperationLookup.id(request.pathParameter("id"));
  }

  /** No ticket outlives its credential, so none says that it would. */
  private Instant until(Principal who, Instant wished) {
    var end = callers.endOf(who);
    var until = end != null && end.isBefore(wished) ? end : wished;
    return until.truncatedTo(ChronoUnit.MILLIS);
  }

  private Response made(OperationId id, Ticket ticket) {
    var text = tickets.text(ticket);
    var bytes = new ByteArrayOutputStream(512);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeStringProperty("ticket", text);
      json.writeStringProperty("url", urls.self(id) + "?" + TicketDoor.PARAMETER + "=" + text);
      json.writeStringProperty("expires_at", Rfc3339.format(ticket.until()));
      json.writeEndObject();
    }
    return Response.status(201).cacheControl("no-store").json(bytes.toByteArray());
  }
}
