package dev.raincheck.server.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.config.TypeConfig;
import dev.raincheck.server.document.OpenApi;
import dev.raincheck.server.http.Route;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every route of the main listener against every caller who must not get through. The table of
 * routes is written out here as well, so that a new one fails until somebody says what it needs.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MainDoorTest {
  private static final String JSON = "{\"tag\":\"a\"}";
  private static final String UNKNOWN = "op_01JD8X0000000000000000000Z";

  /** Nothing is needed, because the path itself proves enough, or there is nothing to hide. */
  static final String OPEN = "open";

  /** There only as long as there are no keys. */
  private static final String NO_KEYS = "no keys";

  /** The scope that each route needs, or one of the words above. */
  static final Map<String, String> NEEDS =
      Map.ofEntries(
          Map.entry("GET /v1/operations", Scopes.READ),
          Map.entry("POST /v1/operations", Scopes.SUBMIT),
          Map.entry("POST /v1/operations/cancel", Scopes.CANCEL),
          Map.entry("POST /v1/operations/{type}", Scopes.SUBMIT),
          Map.entry("GET /v1/operations/{id}", Scopes.READ),
          Map.entry("DELETE /v1/operations/{id}", Scopes.CANCEL),
          Map.entry("GET /v1/operations/{id}/result", Scopes.READ),
          Map.entry("GET /v1/operations/{id}/events", Scopes.READ),
          Map.entry("POST /v1/operations/{id}/cancel", Scopes.CANCEL),
          Map.entry("POST /v1/operations/{id}:cancel", Scopes.CANCEL),
          Map.entry("POST /v1/operations/{id}/retry", Scopes.SUBMIT),
          Map.entry("POST /v1/operations/{id}/tickets", Scopes.READ),
          Map.entry("GET /v1/operation-types", Scopes.READ),
          Map.entry("GET /v1/operation-types/{type}", Scopes.READ),
          Map.entry("GET /v1/operation-types/{type}/schemas/{schema}", Scopes.READ),
          Map.entry("GET /v1/events", Scopes.READ),
          Map.entry("GET /v1/stream", Scopes.READ),
          Map.entry("POST /v1/reports", Scopes.SUBMIT),
          Map.entry("POST /v1/callbacks/{token}", OPEN),
          Map.entry("POST /v1/callbacks/{token}/progress", OPEN),
          Map.entry("GET /healthz", OPEN),
          Map.entry("GET /readyz", OPEN),
          Map.entry("GET /openapi.json", OPEN),
          Map.entry("GET /.well-known/api-catalog", OPEN),
          Map.entry("GET /problems", OPEN),
          Map.entry("GET /problems/{code}", OPEN),
          Map.entry("GET /metrics", NO_KEYS),
          Map.entry("GET /v1/admin/keys", NO_KEYS),
          Map.entry("POST /v1/admin/keys", NO_KEYS),
          Map.entry("DELETE /v1/admin/keys/{id}", NO_KEYS));

  /** Those that this version does not have: they answer 501 to whoever may ask. */
  private static final List<String> LATER =
      List.of(
          "GET /v1/stream");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> keysWithout = new TreeMap<>();
  private Node node;
  private OperationId foreign;
  private String everything;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    node =
        Node.start(
            config(folder),
            List.of(OperationType.of("echo", (_, _) -> Result.json("{}"))),
            broken -> {
              throw broken;
            });
    foreign = done("echo"); // of the tenant "default"
    for (var scope : List.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL)) {
      var others =
          Stream.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL, Scopes.ADMIN)
              .filter(other -> !other.equals(scope));
      keysWithout.put(scope, key(others));
    }
    everything = key(Stream.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL));
  }

  private static ServerConfig config(Path folder) {
    var plain = ServerConfig.DEFAULT;
    var report =
        TypeConfig.of("report.generate", TargetConfig.of(URI.create("http://127.0.0.1:9/")));
    var declared =
        new TypeConfig(
            report.name(), report.description(), Optional.of("/v1/reports"), report.target(),
            report.input(), report.schemas(), report.queue(), report.attempts(),
            report.timeouts(), report.deadLetter(), report.retention(), report.idempotency(),
            report.cancelable(), report.threads());
    return new ServerConfig(
        new HostPort("127.0.0.1", 0), plain.publicUrl(), Optional.empty(), plain.tls(),
        new StoreConfig.Sqlite(folder.resolve("raincheck.db")), plain.durability(),
        plain.maxWait(), plain.waitsPerKey(), Duration.ZERO, plain.limits(), plain.rateLimit(),
        plain.egress(), plain.cors(), plain.auth(), plain.log(), Map.of(declared.name(), declared));
  }

  private OperationId done(String type) throws Exception {
    var watched =
        node.raincheck().operations().submitAndWatch(NewOperation.of(1, type, null));
    var end = watched.end();
    try (end) {
      var accepted = (Submitted.Accepted) watched.submitted().get(30, TimeUnit.SECONDS);
      end.woken().get(30, TimeUnit.SECONDS);
      return accepted.operation().id();
    }
  }

  private String key(Stream<String> scopes) {
    var created =
        node.raincheck().keys().create("test", "acme", Scopes.of(scopes.toList()), null);
    return ((ApiKeys.Creation.Created) created).secret();
  }

  @AfterAll
  void close() {
    client.close();
    node.close();
  }

  /** Every route; those of GET as HEAD, too. */
  Stream<Call> calls() {
    return node.mainRoutes().stream()
        .flatMap(
            route ->
                route.method().equals("GET")
                    ? Stream.of(new Call("GET", route), new Call("HEAD", route))
                    : Stream.of(new Call(route.method(), route)));
  }

  Stream<Call> callsWithCredentials() {
    return calls().filter(call -> Scopes.isScope(call.needs()));
  }

  Stream<Call> callsOfOneOperation() {
    return callsWithCredentials().filter(call -> call.route().template().contains("{id}"));
  }

  Stream<Call> callsWithoutKeys() {
    return calls().filter(call -> call.needs().equals(NO_KEYS));
  }

  record Call(String method, Route route) {
    String name() {
      return "%s %s".formatted(route.method(), route.template());
    }

    String needs() {
      return NEEDS.getOrDefault(name(), "not in the table");
    }

    String path(String id) {
      return route
          .template()
          .replace("{id}", id)
          .replace("{type}", "echo")
          .replace("{schema}", "input")
          .replace("{token}", "abc")
          .replace("{code}", "internal");
    }

    @Override
    public String toString() {
      return "%s %s".formatted(method, route.template());
    }
  }

  @Test
  void every_route_is_listed_here_and_only_those() {
    var names = calls().filter(call -> !call.method().equals("HEAD")).map(Call::name).toList();

    assertThat(names).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(names)).isEqualTo(new TreeSet<>(NEEDS.keySet()));
  }

  @Test
  void every_route_is_described_in_the_openapi_document() {
    assertThat(OpenApi.undescribed(node.mainRoutes(), Map.of("/v1/reports", "report.generate")))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("callsWithCredentials")
  void without_a_credential_it_is_401(Call call) throws Exception {
    var answer = send(call, foreign.text());

    assertRefused(call, answer, 401, "unauthorized");
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @MethodSource("callsWithCredentials")
  void with_an_unknown_key_it_is_401(Call call) throws Exception {
    var answer = send(call, foreign.text(), "Authorization", "Bearer rk_live_nobody");

    assertRefused(call, answer, 401, "unauthorized");
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @MethodSource("callsWithCredentials")
  void without_the_scope_it_is_403_whether_the_operation_is_there_or_not(Call call)
      throws Exception {
    var key = "Bearer " + keysWithout.get(call.needs());
    for (var id : List.of(foreign.text(), UNKNOWN)) {
      assertRefused(call, send(call, id, "Authorization", key), 403, "insufficient_scope");
    }
  }

  @ParameterizedTest
  @MethodSource("callsOfOneOperation")
  void another_tenant_s_operation_answers_as_one_that_never_was(Call call) throws Exception {
    var key = "Bearer " + everything;
    var theirs = send(call, foreign.text(), "Authorization", key);
    var nobodys = send(call, UNKNOWN, "Authorization", key);

    boolean later = LATER.contains(call.name());
    if (later) assertRefused(call, theirs, 501, "not_implemented");
    else assertRefused(call, theirs, 404, "operation_not_found");
    assertThat(theirs.statusCode()).isEqualTo(nobodys.statusCode());
    assertThat(anonymous(theirs)).isEqualTo(anonymous(nobodys));
    assertThat(names(theirs)).isEqualTo(names(nobodys));
  }

  @ParameterizedTest
  @MethodSource("callsOfOneOperation")
  void an_unusable_ticket_is_401_unless_there_is_a_key_too(Call call) throws Exception {
    for (var ticket : List.of("?ticket=abc", "?ticket=", "?ticket", "?ticket=a&ticket=b")) {
      var answer = send(call.method(), call.path(foreign.text()) + ticket, null);
      assertRefused(call, answer, 401, "ticket_invalid");
      assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
    }
    var withKey =
        send(
            call.method(), call.path(foreign.text()) + "?ticket=abc", null, "Authorization",
            "Bearer " + everything);
    // Where no query is taken at all, that is found out later than 404.
    assertThat(withKey.statusCode()).isIn(404, 501);
  }

  /** Names and schemas of types are for those who may read types. */
  @Test
  void the_openapi_document_tells_everyone_of_routes_and_readers_of_types() throws Exception {
    var anyone = send("GET", "/openapi.json", null);
    assertThat(anyone.statusCode()).isEqualTo(200);
    assertThat(text(anyone)).contains("/v1/operations/{id}/result").doesNotContain("/v1/reports", "echo");
    assertThat(header(anyone, "RateLimit")).isEmpty();

    var mayNotRead = "Bearer " + keysWithout.get(Scopes.READ);
    assertThat(text(send("GET", "/openapi.json", null, "Authorization", mayNotRead)))
        .isEqualTo(text(anyone));

    var reader = send("GET", "/openapi.json", null, "Authorization", "Bearer " + everything);
    assertThat(text(reader)).contains("/v1/reports", "/v1/operations/echo");
    assertThat(header(reader, "Cache-Control")).isEqualTo("private, no-cache");

    var nobody = send("GET", "/openapi.json", null, "Authorization", "Bearer rk_live_nobody");
    assertThat(nobody.statusCode()).isEqualTo(401);
  }

  /** The golden exchanges have no call backs, whose addresses are secrets of their attempts. */
  @Test
  void the_openapi_document_knows_that_progress_may_have_an_unknown_member() throws Exception {
    var document = JsonMapper.shared().readTree(text(send("GET", "/openapi.json", null)));
    var refused = document.at("/paths/~1v1~1callbacks~1{token}~1progress/post/responses/400/$ref");

    assertThat(document.at(refused.asString().substring(1)).toString()).contains("unknown_field");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void another_method_is_405_without_a_credential(Call call) throws Exception {
    var answer = send("PATCH", call.path(foreign.text()), null);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(text(answer)).contains("\"code\":\"method_not_allowed\"");
    assertThat(header(answer, "Allow").split(", ")).contains(call.method(), "OPTIONS");
    assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
    var options = send("OPTIONS", call.path(foreign.text()), null);
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(header(options, "Allow")).isEqualTo(header(answer, "Allow"));
  }

  @ParameterizedTest
  @MethodSource("callsWithCredentials")
  void what_is_still_to_come_is_501_to_whoever_may_ask(Call call) throws Exception {
    var answer = send(call, foreign.text(), "Authorization", "Bearer " + everything);

    assertThat(answer.statusCode() == 501).isEqualTo(LATER.contains(call.name()));
    assertThat(answer.statusCode()).isNotEqualTo(500);
    if (answer.statusCode() == 501) assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("callsWithoutKeys")
  void what_is_there_while_there_are_no_keys_is_nothing_now(Call call) throws Exception {
    assertRefused(call, send(call, "x"), 404, "not_found");
    var key = "Bearer " + everything;
    assertRefused(call, send(call, "x", "Authorization", key), 404, "not_found");
  }

  private HttpResponse<byte[]> send(Call call, String id, String... headers) throws Exception {
    if (!call.method().equals("POST")) return send(call.method(), call.path(id), null, headers);
    var all = Stream.concat(Stream.of("Content-Type", "application/json"), Stream.of(headers));
    // What a ticket needs depends on what it grants, so that body must be readable.
    var body = call.name().endsWith("/tickets") ? "{}" : JSON;
    return send(call.method(), call.path(id), body, all.toArray(String[]::new));
  }

  private HttpResponse<byte[]> send(
      String method, String path, @Nullable String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.publicUrl() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return String.join("\n", answer.headers().allValues(name));
  }

  private static void assertRefused(
      Call call, HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    if (call.method().equals("HEAD")) assertThat(answer.body()).isEmpty();
    else assertThat(text(answer)).contains("\"code\":\"%s\"".formatted(code));
    boolean known = call.route().creating() && status < 500;
    assertThat(header(answer, "Raincheck-Outcome")).isEqualTo(known ? "not-accepted" : "");
  }

  /** Whether the connection stays open depends on how fast the body came. */
  private static TreeSet<String> names(HttpResponse<byte[]> answer) {
    var names = new TreeSet<>(answer.headers().map().keySet());
    names.remove("connection");
    return names;
  }

  private static String anonymous(HttpResponse<byte[]> answer) {
    return text(answer).replaceAll("urn:request:req_[0-9A-Z]+", "urn:request:…");
  }
}
