package dev.raincheck.server.auth;

import dev.raincheck.ledger.StoreException;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.json.JsonBody;
import dev.raincheck.tenant.ApiKey;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Makes, lists and revokes API keys under {@code /v1/admin/keys}. */
public final class KeyRoutes {
  private static final int BODY_BYTES_MAX = 64 << 10;
  private static final int PAGE_DEFAULT = 25;
  private static final int PAGE_MAX = 100;
  private static final Duration WHEN_FULL = Duration.ofSeconds(60);

  private final ApiKeys keys;
  private final KeyAuthentication operators;
  private final InstantSource clock;

  /**
   * @param operators as on the admin listener; asked on the main one as well
   */
  public KeyRoutes(ApiKeys keys, KeyAuthentication operators, InstantSource clock) {
    this.keys = keys;
    this.operators = operators;
    this.clock = clock;
  }

  /** For the admin listener, whose authentication is {@link KeyAuthentication#forOperators}. */
  public List<Route> onAdminListener() {
    return routes().stream().map(route -> route.needs(Scopes.ADMIN)).toList();
  }

  /**
   * For the main listener: the same as long as there are no keys, so that the first one can be
   * made. From then on there is nothing.
   */
  public List<Route> onMainListener() {
    return routes().stream().map(this::whileThereAreNoKeys).toList();
  }

  private List<Route> routes() {
    return List.of(
        Route.post("/v1/admin/keys", this::create).takes(BODY_BYTES_MAX),
        Route.get("/v1/admin/keys", this::list),
        Route.delete("/v1/admin/keys/{id}", this::revoke));
  }

  /** Open to the front, because its authentication would answer 401 where there is nothing. */
  private Route whileThereAreNoKeys(Route route) {
    return Route.of(
            route.method(),
            route.template(),
            request -> {
              if (!noKeys())
                return Refusal.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");
              operators.authenticate(request);
              return route.handler().answer(request);
            })
        .takes(route.bodyBytesMax())
        .forAnyone();
  }

  private boolean noKeys() {
    try {
      return keys.isEmpty();
    } catch (StoreException e) {
      throw new RefusedException(
          ProblemCode.UNAVAILABLE, "The keys cannot be read just now; repeat the request.");
    }
  }

  private Answer create(Request request) {
    var wanted = NewKey.read(JsonBody.read(request, BODY_BYTES_MAX), clock.instant());
    return switch (keys.create(
        wanted.name(), wanted.tenant(), wanted.scopes(), wanted.expiresAt())) {
      case ApiKeys.Creation.Created(var key, var secret) ->
          Response.status(201).cacheControl("no-store").json(KeyJson.created(key, secret));
      case ApiKeys.Creation.TooManyKeys() ->
          full("%,d keys are in use; revoke some.".formatted(ApiKeys.COUNT_MAX));
      case ApiKeys.Creation.TooManyTenants() -> full("There can be no more tenants.");
      case ApiKeys.Creation.Busy(var retryAfter) -> busy(retryAfter);
    };
  }

  private Answer revoke(Request request) {
    return switch (keys.revoke(request.pathParameter("id"))) {
      case ApiKeys.Revocation.Revoked _ -> Response.status(204).empty();
      case ApiKeys.Revocation.Unknown() ->
          Refusal.of(ProblemCode.NOT_FOUND, "There is no such key.");
      case ApiKeys.Revocation.Busy(var retryAfter) -> busy(retryAfter);
    };
  }

  /** A page; its cursor is the id of the last key. */
  private Answer list(Request request) {
    int limit = request.query().single("limit").map(KeyRoutes::limit).orElse(PAGE_DEFAULT);
    var all = keys.list();
    int from = request.query().single("cursor").map(cursor -> indexOf(cursor, all) + 1).orElse(0);
    var page = all.subList(from, Math.min(from + limit, all.size()));
    boolean more = from + limit < all.size();
    return Response.status(200).json(KeyJson.page(page, more ? page.getLast().id() : null));
  }

  private static int limit(String text) {
    int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (limit >= 1 && limit <= PAGE_MAX) return limit;
    throw Refusal.ofParameter(
            ProblemCode.INVALID_REQUEST, "limit", "Give a number from 1 to %d.".formatted(PAGE_MAX))
        .asException();
  }

  private static int indexOf(String cursor, List<ApiKey> keys) {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).id().equals(cursor)) return i;
    }
    throw Refusal.ofParameter(
            ProblemCode.CURSOR_INVALID, "cursor", "This is no next_cursor; begin without one.")
        .asException();
  }

  private static Refusal full(String detail) {
    return retry(Refusal.of(ProblemCode.QUOTA_EXCEEDED, detail), WHEN_FULL);
  }

  private static Refusal busy(Duration retryAfter) {
    return retry(
        Refusal.of(ProblemCode.UNAVAILABLE, "Nothing was changed; repeat the request."),
        retryAfter);
  }

  private static Refusal retry(Refusal refusal, Duration after) {
    return refusal.header(
        HeaderNames.RETRY_AFTER, Long.toString(Math.clamp(after.toSeconds(), 1, 60)));
  }
}
