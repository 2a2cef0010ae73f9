package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares real answers with what the server's own OpenAPI document says that they are. */
final class OpenApiContract {
  private static final String PLACE = "https://raincheck.test/openapi.json";

  /** Of HTTP itself, not of a resource. */
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("date", "content-length", "content-type", "connection", "transfer-encoding");

  private final JsonNode root;
  private final SchemaRegistry registry;
  private final Map<String, Schema> schemas = new HashMap<>();

  OpenApiContract(int port) throws IOException {
    this(read(port));
  }

  OpenApiContract(String document) {
    root = JsonMapper.shared().readTree(document);
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(PLACE, document)));
  }

  private static String read(int port) throws IOException {
    var reply = RawExchange.send(port, "GET", "/openapi.json", List.of(), new byte[0]);
    if (reply.status() != 200) throw new AssertionError("/openapi.json is " + reply.status());
    return new String(reply.body(), UTF_8);
  }

  JsonNode root() {
    return root;
  }

  /** What of an answer the document does not say, or says otherwise; empty if it is as described. */
  List<String> differences(String method, String target, RawExchange.Reply reply) {
    if (reply.status() == 405) return List.of(); // of a path, not of what can be done there
    var word = (method.equals("HEAD") ? "GET" : method).toLowerCase(Locale.ROOT);
    var path = path(target.replaceAll("\\?.*", ""), word);
    if (path.isEmpty()) {
      return reply.status() == 404 || method.equals("OPTIONS")
          ? List.of()
          : List.of("openapi.json has no %s %s".formatted(method, target));
    }
    var at = "/paths/" + escaped(path.get()) + "/" + word + "/responses/";
    var status = Integer.toString(reply.status());
    var place = root.at(at + status).isMissingNode() ? at + "default" : at + status;
    var response = resolved(place);
    if (root.at(response).isMissingNode()) {
      return List.of("openapi.json does not say that %s %s may be %s".formatted(word, path.get(), status));
    }
    var differences = new ArrayList<String>();
    headers(response, reply, differences);
    if (!method.equals("HEAD") && reply.body().length > 0) body(response, reply, differences);
    return differences;
  }

  /** The template that fits; the one with the fewest parameters if several do. */
  private Optional<String> path(String path, String method) {
    return root.path("paths").propertyNames().stream()
        .filter(template -> root.path("paths").path(template).has(method))
        .filter(template -> fits(template, path))
        .min((a, b) -> Long.compare(parameters(a), parameters(b)));
  }

  private static boolean fits(String template, String path) {
    var pattern = Pattern.quote(template).replaceAll("\\{[a-z]+}", "\\\\E[^/]+\\\\Q");
    return Pattern.matches(pattern, path);
  }

  private static long parameters(String template) {
    // {id}:cancel says more than {id}.
    return template.chars().filter(c -> c == '{').count() * 2 - (template.contains("}:") ? 1 : 0);
  }

  private void headers(String response, RawExchange.Reply reply, List<String> differences) {
    var described = new TreeSet<String>();
    for (var header : root.at(response + "/headers").properties()) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      described.add(name);
      var place = resolved(response + "/headers/" + escaped(header.getKey()));
      boolean required = root.at(place).path("required").booleanValue(false);
      if (required && reply.header(header.getKey()).isEmpty()) {
        differences.add("openapi.json requires the header " + header.getKey());
      }
    }
    for (var line : reply.headers()) {
      var name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      if (!described.contains(name) && !OF_THE_CONNECTION.contains(name)) {
        differences.add("openapi.json does not know the header " + name);
      }
    }
  }

  private void body(String response, RawExchange.Reply reply, List<String> differences) {
    var type = reply.header("Content-Type").orElse("").replaceAll(";.*", "").strip();
    var content = root.at(response + "/content");
    var known = content.has(type) ? type : "*/*";
    if (!content.has(known)) {
      differences.add("openapi.json does not say that it may be " + type);
      return;
    }
    if (known.equals("*/*")) return;
    var text = new String(reply.body(), UTF_8);
    if (type.equals("application/json") || type.endsWith("+json")) {
      validate(response + "/content/" + escaped(known) + "/schema", text)
          .forEach(wrong -> differences.add("openapi.json: " + wrong));
    }
    events(type, text)
        .forEach(
            event ->
                validate("/components/schemas/Event", event)
                    .forEach(wrong -> differences.add("openapi.json: " + wrong + " in " + event)));
  }

  /** The events of a stream, as JSON texts. */
  private static List<String> events(String type, String text) {
    return switch (type) {
      case "application/x-ndjson" -> text.lines().filter(line -> !line.isBlank()).toList();
      case "text/event-stream" ->
          text.lines()
              .filter(line -> line.startsWith("data: "))
              .map(line -> line.substring("data: ".length()))
              .toList();
      default -> List.of();
    };
  }

  /** What is wrong with a JSON text, by the schema at a place of the document. */
  List<String> validate(String pointer, String json) {
    var schema =
        schemas.computeIfAbsent(
            pointer,
            at -> registry.getSchema(SchemaLocation.of(PLACE + "#" + uri(at))));
    return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
  }

  private static String uri(String pointer) {
    return pointer.replace("%", "%25").replace("{", "%7B").replace("}", "%7D").replace("*", "%2A");
  }

  /** Where a place leads that may be a reference. */
  String resolved(String pointer) {
    var ref = root.at(pointer).path("$ref").asString("");
    return ref.startsWith("#") ? resolved(ref.substring(1)) : pointer;
  }

  static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
