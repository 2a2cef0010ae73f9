package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a route. Used by one thread at a time, and not after the answer was
 * given; what a later answer needs is taken out before.
 */
public final class Request {
  private static final Routes.Parameters NONE = new Routes.Parameters(List.of(), List.of());

  private final String id;
  private final org.eclipse.jetty.server.Request jetty;
  private final Body body;
  private @Nullable Route route;
  private Routes.Parameters parameters = NONE;
  private @Nullable Principal principal;
  private @Nullable Query query;

  Request(String id, org.eclipse.jetty.server.Request jetty, Body body) {
    this.id = id;
    this.jetty = jetty;
    this.body = body;
  }

  /** Ours, {@code req_…}; on every answer as Request-Id. */
  public String id() {
    return id;
  }

  /** As sent, so HEAD where the route says GET. */
  public String method() {
    return jetty.getMethod();
  }

  /** As sent, still encoded; without the query. */
  public String path() {
    var path = jetty.getHttpURI().getPath();
    return path == null ? "" : path;
  }

  /** The route that was found. */
  public Route route() {
    if (route == null) throw new IllegalStateException("not routed yet");
    return route;
  }

  /** The decoded value of {@code {name}} in the route's template; never empty. */
  public String pathParameter(String name) {
    return findPathParameter(name)
        .orElseThrow(() -> new IllegalArgumentException("no {" + name + "} in the template"));
  }

  /** The same, for code that serves several templates. */
  public Optional<String> findPathParameter(String name) {
    return Optional.ofNullable(parameters.find(name));
  }

  /**
   * The query, decoded at the first call.
   *
   * @throws RefusedException 400 if percent-encoding is broken
   */
  public Query query() {
    var known = query;
    if (known == null) query = known = Query.parse(jetty.getHttpURI().getQuery());
    return known;
  }

  /**
   * The value of a header that may be there once, without surrounding spaces; it may be empty.
   *
   * @throws RefusedException 400 {@code invalid_request} if it is repeated
   */
  public Optional<String> header(String name) {
    var all = headers(name);
    if (all.isEmpty()) return Optional.empty();
    if (all.size() > 1) {
      throw Refusal.ofHeader(
              ProblemCode.INVALID_REQUEST, name, "Give the header %s once.".formatted(name))
          .asException();
    }
    return Optional.of(all.getFirst());
  }

  /** The values of a header, one for each line with that name, in order; none if it is absent. */
  public List<String> headers(String name) {
    var values = List.<String>of();
    for (var field : jetty.getHeaders()) {
      if (!field.is(name)) continue;
      var value = field.getValue() == null ? "" : field.getValue();
      if (values.isEmpty()) {
        values = List.of(value); // as nearly always
      } else {
        values = new ArrayList<>(values);
        values.add(value);
      }
    }
    return values;
  }

  /** The Content-Type as sent, if any. */
  public Optional<String> contentType() {
    return header(HeaderNames.CONTENT_TYPE);
  }

  /** Whether a body was announced: a Content-Length above 0, or chunks, which may hold none. */
  public boolean hasBody() {
    return body.announced();
  }

  /**
   * Refuses a body that is longer than this by its own account, without reading it.
   *
   * @throws RefusedException 413
   */
  public void refuseBodyLongerThan(long bytesMax) {
    if (body.declared() > bytesMax) throw Body.tooLarge(bytesMax);
  }

  /**
   * Reads the whole body, blocking; empty without one. A second call gives the same bytes.
   *
   * @throws RefusedException 413 if it is longer than the limit, before more than that is held (at
   *     once if Content-Length says so); 408 if it comes too slowly; 400 if it breaks off; 503 if
   *     the bodies of all requests together take too much memory
   */
  public byte[] body(int bytesMax) {
    return body.read(bytesMax);
  }

  /**
   * The body, in memory while it is no longer than {@code memoryMax}, else as a stream, which is read
   * once and never past {@code bytesMax}. Throws as {@link #body} does; 503 also when too many long
   * bodies are on their way.
   */
  public BodyContent content(int memoryMax, long bytesMax) {
    return body.take(memoryMax, bytesMax);
  }

  /** The address of the peer, without the port. */
  public String remoteAddress() {
    return org.eclipse.jetty.server.Request.getRemoteAddr(jetty);
  }

  /** Who asks. */
  public Principal principal() {
    if (principal == null) throw new IllegalStateException("this route needs no credential");
    return principal;
  }

  Optional<Principal> findPrincipal() {
    return Optional.ofNullable(principal);
  }

  Optional<Route> findRoute() {
    return Optional.ofNullable(route);
  }

  void matched(Routes.Found.Match match) {
    route = match.route();
    parameters = match.parameters();
  }

  void authenticated(Principal who) {
    principal = who;
  }
}
