package dev.raincheck.server.document;

import dev.raincheck.operation.OperationType;
import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.Document;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code /openapi.json}. Everyone may read about the routes that each server has; what only those
 * who may read operation types learn elsewhere, names and schemas of types, they alone learn here.
 */
final class OpenApiRoute {
  static final String PATH = "/openapi.json";

  private static final String READ = "operations:read";

  private final URI publicUrl;
  private final String version;
  private final List<Route> served;
  private final Map<String, String> declared;
  private final List<OperationType> types;
  private final Authentication authentication;
  private final Callers callers;

  /** Each is written when it is first asked for, so that no start waits for it. */
  private volatile @Nullable Document general;

  private volatile @Nullable Document whole;

  /**
   * @param served may still be empty: it is looked at when the first request comes
   * @param authentication as of routes that need a credential
   */
  OpenApiRoute(
      URI publicUrl,
      String version,
      List<Route> served,
      Map<String, String> declared,
      List<OperationType> types,
      Authentication authentication,
      Callers callers) {
    this.publicUrl = publicUrl;
    this.version = version;
    this.served = served;
    this.declared = declared;
    this.types = types;
    this.authentication = authentication;
    this.callers = callers;
  }

  Route route() {
    return Route.get(PATH, this::answer).forAnyone().varies(HeaderNames.AUTHORIZATION);
  }

  private Answer answer(Request request) {
    var who = who(request);
    var refused = who.flatMap(callers::overQuota);
    if (refused.isPresent()) return refused.get();
    return who.filter(reader -> reader.allows(READ)).isPresent()
        ? whole().answer(request, "private, no-cache", List.of())
        : general().answer(request, "no-cache", List.of());
  }

  /** A credential that is presented must be good; none is needed. */
  private Optional<Principal> who(Request request) {
    try {
      return Optional.of(authentication.authenticate(request));
    } catch (RefusedException refused) {
      boolean presented = !request.headers(HeaderNames.AUTHORIZATION).isEmpty();
      boolean missing = refused.refusal().code().equals(ProblemCode.UNAUTHORIZED.code());
      if (presented || !missing) throw refused;
      return Optional.empty();
    }
  }

  private Document general() {
    var known = general;
    if (known == null) general = known = document(List.of());
    return known;
  }

  private Document whole() {
    var known = whole;
    if (known == null) whole = known = document(types);
    return known;
  }

  private Document document(List<OperationType> described) {
    return Document.json(OpenApi.write(publicUrl, version, served, declared, described));
  }
}
