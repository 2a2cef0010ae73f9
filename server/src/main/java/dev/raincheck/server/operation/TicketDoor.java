package dev.raincheck.server.operation;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;

/**
 * The place of tickets among credentials: {@code ?ticket=} on the URLs of one operation, when there
 * is no {@code Authorization}. This version gives none, so whatever is presented is refused; it
 * must not pass for "no credential" where that would be enough.
 */
public final class TicketDoor implements Authentication {
  private static final String PARAMETER = "ticket";
  private static final String OPERATION = "/v1/operations/{id}";

  private final Authentication keys;

  /**
   * @param keys decides about everything else
   */
  public TicketDoor(Authentication keys) {
    this.keys = keys;
  }

  @Override
  public Principal authenticate(Request request) {
    boolean ticket =
        request.route().template().startsWith(OPERATION)
            && request.headers(HeaderNames.AUTHORIZATION).isEmpty()
            && !request.query().all(PARAMETER).isEmpty();
    if (!ticket) return keys.authenticate(request);
    throw new RefusedException(
        ProblemCode.TICKET_INVALID, "The ticket is not valid, or no longer: get a new one.");
  }
}
