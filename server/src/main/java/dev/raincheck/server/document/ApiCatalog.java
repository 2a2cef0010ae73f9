package dev.raincheck.server.document;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Header;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Document;
import java.net.URI;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** {@code /.well-known/api-catalog} (RFC 9727): from the host's name alone to what is served there. */
final class ApiCatalog {
  static final String PATH = "/.well-known/api-catalog";

  private static final String CACHE = "public, max-age=3600";
  private static final String LINKSET =
      "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"";

  private ApiCatalog() {}

  static Route route(URI publicUrl) {
    var document = Document.of(LINKSET, bytes(publicUrl));
    var link =
        new Header(HeaderNames.LINK, "<%s%s>; rel=\"api-catalog\"".formatted(publicUrl, PATH));
    return Route.get(PATH, request -> document.answer(request, CACHE, List.of(link))).forAnyone();
  }

  private static byte[] bytes(URI publicUrl) {
    var json = JsonMapper.shared();
    var root = json.createObjectNode();
    var links = root.putArray("linkset");
    links
        .addObject()
        .put("anchor", publicUrl + PATH)
        .putArray("item")
        .addObject()
        .put("href", publicUrl + "/v1");
    var api = links.addObject().put("anchor", publicUrl + "/v1");
    api.putArray("service-desc")
        .addObject()
        .put("href", publicUrl + OpenApiRoute.PATH)
        .put("type", "application/json");
    api.putArray("service-doc")
        .addObject()
        .put("href", publicUrl + "/problems")
        .put("type", "text/html");
    api.putArray("status")
        .addObject()
        .put("href", publicUrl + "/readyz")
        .put("type", "application/json");
    return json.writeValueAsBytes(root);
  }
}
