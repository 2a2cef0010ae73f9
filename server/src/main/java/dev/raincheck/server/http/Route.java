package dev.raincheck.server.http;

import org.jspecify.annotations.Nullable;

/**
 * One method on one URL template, what it asks of the caller, and who answers.
 *
 * <pre>{@code
 * Route.post("/v1/operations/{type}", this::submit).needs("operations:submit").creates()
 * Route.get("/healthz", this::health).forAnyone()
 * }</pre>
 *
 * @param method upper case; GET serves HEAD too
 * @param template segments are literal, {@code {name}}, or {@code {name}:verb}
 * @param scope asked of the principal before the route runs; null for none
 * @param open whether it needs no credential at all
 * @param creating whether it would create an operation, so that {@code Raincheck-Outcome} is told
 * @param vary the request headers that its answers depend on, for {@code Vary} on every one of them,
 *     refusals included; null for none
 * @param bodyBytesMax a longer declared body is refused before the route runs, and before scopes
 *     are looked at; default 1 MiB
 * @param handler answers it
 */
public record Route(
    String method,
    String template,
    @Nullable String scope,
    boolean open,
    boolean creating,
    @Nullable String vary,
    long bodyBytesMax,
    Handler handler) {

  /** The default limit of a body in memory. */
  public static final int BODY_BYTES_MAX = 1 << 20;

  /** Answers a request, on a virtual thread of its own: it may block. */
  @FunctionalInterface
  public interface Handler {
    /**
     * @throws RefusedException to refuse; anything else that is thrown is a 500
     */
    Answer answer(Request request);
  }

  public static Route of(String method, String template, Handler handler) {
    return new Route(method, template, null, false, false, null, BODY_BYTES_MAX, handler);
  }

  public static Route get(String template, Handler handler) {
    return of("GET", template, handler);
  }

  public static Route post(String template, Handler handler) {
    return of("POST", template, handler);
  }

  public static Route put(String template, Handler handler) {
    return of("PUT", template, handler);
  }

  public static Route patch(String template, Handler handler) {
    return of("PATCH", template, handler);
  }

  public static Route delete(String template, Handler handler) {
    return of("DELETE", template, handler);
  }

  public Route needs(String scope) {
    return new Route(method, template, scope, open, creating, vary, bodyBytesMax, handler);
  }

  /** Without a credential. */
  public Route forAnyone() {
    return new Route(method, template, scope, true, creating, vary, bodyBytesMax, handler);
  }

  public Route creates() {
    return new Route(method, template, scope, open, true, vary, bodyBytesMax, handler);
  }

  /** Such as {@code Accept, Prefer}. */
  public Route varies(String vary) {
    return new Route(method, template, scope, open, creating, vary, bodyBytesMax, handler);
  }

  /** The same route, answered by another handler: for what comes before or after its own. */
  public Route answeredBy(Handler other) {
    return new Route(method, template, scope, open, creating, vary, bodyBytesMax, other);
  }

  public Route takes(long bodyBytesMax) {
    return new Route(method, template, scope, open, creating, vary, bodyBytesMax, handler);
  }
}
