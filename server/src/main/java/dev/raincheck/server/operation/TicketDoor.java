package dev.raincheck.server.operation;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.Operations;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.auth.AuthListener;
import dev.raincheck.server.auth.AuthListener.Kind;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import dev.raincheck.tenant.Scopes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The place of tickets among credentials: {@code ?ticket=} on the URLs of one operation, when there
 * is no {@code Authorization}. What is presented must be good: it does not pass for "no credential"
 * where that would be enough.
 */
public final class TicketDoor implements Authentication {
  static final String PARAMETER = "ticket";
  private static final String OPERATION = "/v1/operations/{id}";
  private static final Set<String> CANCEL = Set.of(OPERATION + "/cancel", OPERATION + ":cancel");

  private final Authentication others;
  private final Operations operations;
  private final Tickets tickets;
  private final Makers makers;
  private final AuthListener listener;
  private final InstantSource clock;

  /** Knows the credentials that tickets are made with. */
  @FunctionalInterface
  public interface Makers {
    /**
     * Somebody who asks in the name of a credential, with these scopes and no others, and no longer than
     * until then.
     *
     * @param maker the credential's {@link Principal#id}
     * @param tenant its tenant when it made the ticket
     * @return empty if the credential is no longer good
     * @throws StoreException if that cannot be known just now
     */
    Optional<? extends Principal> inTheNameOf(
        String maker, int tenant, Scopes scopes, Instant until);
  }

  /**
   * @param others decides about everything that is no ticket
   * @param secret the one that {@link ListRoutes} was given
   */
  public TicketDoor(
      Authentication others,
      Operations operations,
      byte[] secret,
      Makers makers,
      AuthListener listener,
      InstantSource clock) {
    this.others = others;
    this.operations = operations;
    this.tickets = new Tickets(secret);
    this.makers = makers;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public Principal authenticate(Request request) {
    if (!request.route().template().startsWith(OPERATION)
        || !request.headers(HeaderNames.AUTHORIZATION).isEmpty()) {
      return others.authenticate(request);
    }
    var presented = request.query().all(PARAMETER);
    if (presented.isEmpty()) return others.authenticate(request);
    try {
      var holder = holder(presented, request);
      listener.decided(Kind.TICKET, holder.isPresent() ? AuthListener.OK : "invalid");
      return holder.orElseThrow(TicketDoor::invalid);
    } catch (StoreException silent) {
      throw OperationLookup.unavailable().asException();
    }
  }

  private Optional<? extends Principal> holder(List<String> presented, Request request) {
    if (presented.size() > 1) return Optional.empty();
    var here = OperationId.parse(request.pathParameter("id"));
    return tickets
        .read(presented.getFirst())
        .filter(ticket -> clock.instant().isBefore(ticket.until()))
        .filter(ticket -> here.isPresent() && here.get().equals(ticket.operation()))
        .filter(this::isThere)
        .flatMap(
            ticket ->
                makers.inTheNameOf(
                    ticket.maker(), ticket.tenant(), scopes(ticket, request.route()), ticket.until()));
  }

  private boolean isThere(Ticket ticket) {
    return operations.find(ticket.tenant(), ticket.operation()) instanceof Reader.Found.Here;
  }

  /**
   * No more than this one route needs: a ticket that cancels does not delete, and one that reads
   * makes no other tickets.
   */
  private static Scopes scopes(Ticket ticket, Route route) {
    if (route.method().equals("GET")) return scopes(ticket, TicketScope.READ);
    return CANCEL.contains(route.template())
        ? scopes(ticket, TicketScope.CANCEL)
        : Scopes.NONE;
  }

  private static Scopes scopes(Ticket ticket, TicketScope asked) {
    return ticket.scopes().contains(asked) ? Scopes.of(Set.of(asked.scope())) : Scopes.NONE;
  }

  /** One answer for all, so that nobody learns from it what else is there. */
  private static RefusedException invalid() {
    return new RefusedException(
        ProblemCode.TICKET_INVALID, "The ticket is not valid here, or no longer: get a new one.");
  }
}
