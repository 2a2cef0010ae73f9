package dev.raincheck.server.document;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Answer;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.Request;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.operation.Document;
import java.net.URI;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where the {@code type} of every problem leads: a page for people, JSON for programs. */
final class ProblemRoutes {
  /** It changes with the version of the server alone. */
  private static final String CACHE = "public, max-age=3600";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final URI publicUrl;

  ProblemRoutes(URI publicUrl) {
    this.publicUrl = publicUrl;
  }

  List<Route> all() {
    return List.of(
        Route.get("/problems", this::list).forAnyone().varies("Accept"),
        Route.get("/problems/{code}", this::one).forAnyone().varies("Accept"));
  }

  private Answer list(Request request) {
    var problems = ProblemTexts.all();
    if (Accepts.html(request)) return html(ProblemHtml.list(problems), request);
    var page = JSON.createObjectNode();
    var data = page.putArray("data");
    problems.forEach(problem -> data.add(json(problem)));
    page.put("has_more", false).putNull("next_cursor");
    return json(page, request);
  }

  private Answer one(Request request) {
    var found = ProblemTexts.find(request.pathParameter("code"));
    if (found.isEmpty()) {
      return Refusal.of(ProblemCode.NOT_FOUND, "There is no such problem; GET /problems lists them.");
    }
    var problem = found.get();
    return Accepts.html(request)
        ? html(ProblemHtml.page(problem), request)
        : json(json(problem), request);
  }

  private ObjectNode json(ProblemTexts problem) {
    var json = JSON.createObjectNode();
    json.put("type", publicUrl + "/problems/" + problem.code());
    json.put("code", problem.code());
    json.put("title", problem.title());
    json.put("status", problem.status());
    json.put("retryable", problem.retryable());
    json.put("of", problem.ofOperations() ? "operation" : "request");
    json.put("when", problem.when());
    json.put("remedy", problem.remedy());
    return json;
  }

  private static Answer html(Document page, Request request) {
    return page.answer(request, CACHE, ProblemHtml.HEADERS);
  }

  private static Answer json(ObjectNode node, Request request) {
    return Document.json(JSON.writeValueAsBytes(node)).answer(request, CACHE, List.of());
  }
}
