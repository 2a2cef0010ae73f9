package dev.raincheck.server.document;

import dev.raincheck.operation.OperationType;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Route;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the OpenAPI document of a server: the template, for the routes that there are, with what
 * all of them have in common.
 */
public final class OpenApi {
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
  private static final String BY_TYPE = "POST /v1/operations/{type}";
  private static final String ONE_OPERATION = "/v1/operations/{id}";

  private final URI publicUrl;
  private final Map<String, Route> routes = new LinkedHashMap<>();
  private final ObjectNode root;
  private final ObjectNode paths;
  private final ObjectNode components;
  private final ProblemResponses problems;

  /** What was found of the template for the routes. */
  private final Set<String> described = new HashSet<>();

  private Optional<ObjectNode> submitOfAnyType = Optional.empty();

  private OpenApi(URI publicUrl, String version, List<Route> served) {
    this.publicUrl = publicUrl;
    served.forEach(route -> routes.put(name(route), route));
    root = Template.read(publicUrl);
    paths = (ObjectNode) root.path("paths");
    components = (ObjectNode) root.path("components");
    problems = new ProblemResponses((ObjectNode) components.path("responses"), publicUrl);
    ((ObjectNode) root.path("info")).put("version", version);
    root.putArray("servers").addObject().put("url", publicUrl.toString()).put("description", "This server");
  }

  /**
   * The document.
   *
   * @param served the table of the listener's routes, declared ones among them
   * @param declared the names of operation types by the path that submits them
   * @param types those to be described; none for who may not read types
   */
  static byte[] write(
      URI publicUrl,
      String version,
      List<Route> served,
      Map<String, String> declared,
      List<OperationType> types) {
    var document = new OpenApi(publicUrl, version, served);
    document.complete(declared, types);
    return JsonMapper.shared().writeValueAsBytes(document.root);
  }

  /** Routes that nobody has described: for a test, which then fails. */
  public static List<String> undescribed(List<Route> served, Map<String, String> declared) {
    var document = new OpenApi(URI.create("http://127.0.0.1"), "0", served);
    document.complete(declared, List.of());
    return document.routes.values().stream()
        .filter(route -> !declared.containsKey(route.template()))
        .map(OpenApi::name)
        .filter(name -> !document.described.contains(name))
        .toList();
  }

  private static String name(Route route) {
    return route.method() + " " + route.template();
  }

  private void complete(Map<String, String> declared, List<OperationType> types) {
    for (var response : components.path("responses")) {
      UsualHeaders.addTo((ObjectNode) response.path("headers"), true);
    }
    var empty = new ArrayList<String>();
    for (var path : paths.properties()) {
      if (!completePath(path.getKey(), (ObjectNode) path.getValue())) empty.add(path.getKey());
    }
    paths.remove(empty);
    types.stream().filter(type -> !type.isReserved()).forEach(type -> addType(type, declared));
    closedLists();
    dropUnused();
  }

  private boolean completePath(String path, ObjectNode item) {
    for (var method : METHODS) {
      if (!(item.get(method) instanceof ObjectNode operation)) continue;
      var usual = method.toUpperCase(Locale.ROOT) + " " + path;
      var name = Optional.ofNullable(operation.remove("x-route")).map(JsonNode::asString).orElse(usual);
      var route = routes.get(name);
      if (route == null) {
        item.remove(method);
        continue;
      }
      described.add(name);
      if (name.equals(BY_TYPE)) submitOfAnyType = Optional.of(operation.deepCopy());
      completeOperation(operation, route);
    }
    return METHODS.stream().anyMatch(item::has);
  }

  private void completeOperation(ObjectNode operation, Route route) {
    var ticket = Optional.ofNullable(operation.remove("x-ticket")).map(JsonNode::asString);
    var scope =
        Optional.ofNullable(operation.remove("x-scope")).map(JsonNode::asString)
            .or(() -> Optional.ofNullable(route.scope()));
    boolean optional = operation.remove("x-optional-credential") != null;
    security(operation, route, scope.orElse(""), ticket, optional);

    var below300 = Optional.ofNullable(operation.remove("x-headers"));
    var onProblems = Optional.ofNullable(operation.remove("x-problem-headers"));
    var codes = new ArrayList<String>();
    Optional.ofNullable(operation.remove("x-problems"))
        .ifPresent(list -> list.forEach(code -> codes.add(code.asString())));

    var responses = (ObjectNode) operation.path("responses");
    for (var each : responses.properties()) {
      if (!(each.getValue() instanceof ObjectNode response) || response.has("$ref")) continue;
      var headers = response.withObjectProperty("headers");
      UsualHeaders.addTo(headers, !route.open() || optional);
      below300.ifPresent(
          more -> more.properties().forEach(header -> headers.set(header.getKey(), header.getValue())));
    }
    problems.addTo(
        responses,
        codes,
        new ProblemResponses.Kind(
            route.open(),
            route.creating(),
            route.template().startsWith(ONE_OPERATION),
            onProblems.isPresent() ? operation.path("operationId").asString() : "",
            onProblems.orElseGet(components::objectNode),
            responses.has("default")));
  }

  private static void security(
      ObjectNode operation, Route route, String scope, Optional<String> ticket, boolean optional) {
    var security = operation.putArray("security");
    if (optional) security.addObject();
    if (route.open() && !optional) return;
    security.addObject().putArray("bearer");
    if (!scope.isEmpty()) {
      operation.put("x-required-scope", scope);
      var text = operation.path("description").asString().strip();
      operation.put("description", "%s\n\nNeeds the scope `%s`.".formatted(text, scope));
    }
    ticket.ifPresent(
        allows -> {
          security.addObject().putArray("ticket");
          operation.put("x-required-ticket", allows);
        });
  }

  /** A path for the type, and for the route that was declared for it. */
  private void addType(OperationType type, Map<String, String> declared) {
    var byType = routes.get(BY_TYPE);
    if (byType == null || submitOfAnyType.isEmpty()) return;
    var its = new TypePaths(type, submitOfAnyType.get(), components, publicUrl);
    its.addSchemas();
    addSubmit("/v1/operations/" + type.name(), its.submit("submit." + type.name()), byType);
    for (var path : new TreeMap<>(declared).entrySet()) {
      var route = routes.get("POST " + path.getKey());
      if (route == null || !path.getValue().equals(type.name())) continue;
      addSubmit(path.getKey(), its.submit("submitRoute." + type.name()), route);
    }
  }

  private void addSubmit(String path, ObjectNode operation, Route route) {
    completeOperation(operation, route);
    paths.putObject(path).set("post", operation);
  }

  /** Codes are a closed list, and types' own ones begin with x_. */
  private void closedLists() {
    for (var schema : List.of("ProblemCode", "FailureCode")) {
      var either = ((ObjectNode) components.path("schemas").path(schema)).putArray("anyOf");
      var words = either.addObject().putArray("enum");
      for (var code : ProblemCode.values()) {
        if (schema.equals("ProblemCode") || code.ofOperations()) words.add(code.code());
      }
      either.addObject().put("pattern", "^x_");
    }
  }

  /** Components that nothing refers to, because what did is not served. */
  private void dropUnused() {
    var used = new HashSet<String>();
    var open = new ArrayDeque<JsonNode>();
    root.properties().forEach(member -> {
      if (!member.getKey().equals("components")) open.add(member.getValue());
    });
    while (!open.isEmpty()) {
      var node = open.remove();
      var ref = node.path("$ref").asString("");
      if (ref.startsWith("#/components/") && used.add(ref)) open.add(root.at(ref.substring(1)));
      node.forEach(open::add);
    }
    for (var group : components.properties()) {
      if (group.getKey().equals("securitySchemes")) continue;
      var unused = new ArrayList<String>();
      for (var name : group.getValue().propertyNames()) {
        var prefix = "#/components/%s/%s".formatted(group.getKey(), name);
        boolean wanted = used.stream().anyMatch(ref -> ref.equals(prefix) || ref.startsWith(prefix + "/"));
        if (!wanted) unused.add(name);
      }
      ((ObjectNode) group.getValue()).remove(unused);
    }
  }
}
