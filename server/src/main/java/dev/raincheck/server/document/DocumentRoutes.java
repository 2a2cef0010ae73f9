package dev.raincheck.server.document;

import dev.raincheck.operation.OperationType;
import dev.raincheck.server.http.Authentication;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Callers;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The documents of the main listener, none of which needs a credential. */
public final class DocumentRoutes {
  private final List<Route> served = new ArrayList<>();
  private final List<Route> own = new ArrayList<>();

  /**
   * @param others all other routes of the listener, which are described beside these
   * @param declared the names of operation types by the path that submits them
   * @param authentication who asks, for what not everyone may read
   */
  public DocumentRoutes(
      URI publicUrl,
      String version,
      List<Route> others,
      Map<String, String> declared,
      List<OperationType> types,
      Authentication authentication,
      Callers callers) {
    own.add(
        new OpenApiRoute(publicUrl, version, served, declared, types, authentication, callers).route());
    own.add(ApiCatalog.route(publicUrl));
    own.addAll(new ProblemRoutes(publicUrl).all());
    served.addAll(others);
    served.addAll(own);
  }

  public List<Route> all() {
    return List.copyOf(own);
  }
}
