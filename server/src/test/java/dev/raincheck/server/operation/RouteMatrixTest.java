package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.server.http.Route;
import dev.raincheck.tenant.Scopes;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every route against every caller who must not get through. The table of routes is written out
 * here as well, so that a new one fails until somebody has said what it needs.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteMatrixTest {
  private static final String JSON = "{\"tag\":\"a\"}";

  /** The scope that each route needs. */
  private static final Map<String, String> NEEDS =
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
          Map.entry("GET /v1/stream", Scopes.READ));

  /** Those that this version does not have: they answer 501 to whoever may ask. */
  private static final List<String> LATER =
      List.of(
          "GET /v1/operations/{id}/events",
          "POST /v1/operations/{id}/tickets",
          "GET /v1/events",
          "GET /v1/stream");

  private ListsServer server;
  private OperationId foreign;
  private final Map<String, String> keysWithout = new TreeMap<>();
  private String everything;

  @BeforeAll
  void open() throws Exception {
    server = new ListsServer();
    foreign = server.done("echo", "{}", "application/json"); // of the tenant "default"
    for (var scope : List.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL)) {
      var others =
          Stream.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL, Scopes.ADMIN)
              .filter(other -> !other.equals(scope))
              .toArray(String[]::new);
      keysWithout.put(scope, server.key("acme", others));
    }
    everything = server.key("acme", Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL);
  }

  @AfterAll
  void close() {
    server.close();
  }

  /** Every route; those of GET as HEAD, too. */
  Stream<Call> calls() {
    return server.routes.stream()
        .flatMap(
            route ->
                route.method().equals("GET")
                    ? Stream.of(new Call("GET", route), new Call("HEAD", route))
                    : Stream.of(new Call(route.method(), route)));
  }

  Stream<Call> callsOfOneOperation() {
    return calls().filter(Call::isOfOneOperation);
  }

  record Call(String method, Route route) {
    String name() {
      return "%s %s".formatted(route.method(), route.template());
    }

    boolean isOfOneOperation() {
      return route.template().contains("{id}");
    }

    String path(String id) {
      return route
          .template()
          .replace("{id}", id)
          .replace("{type}", "echo")
          .replace("{schema}", "input");
    }

    @Override
    public String toString() {
      return "%s %s".formatted(method, route.template());
    }
  }

  @Test
  void every_route_is_listed_here_and_only_those() {
    var names = server.routes.stream().map(route -> new Call("", route).name()).toList();

    assertThat(names).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(names)).isEqualTo(new TreeSet<>(NEEDS.keySet()));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void without_a_credential_it_is_401(Call call) throws Exception {
    var answer = send(call, foreign.text());

    assertRefused(call, answer, 401, "unauthorized");
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void with_an_unknown_key_it_is_401(Call call) throws Exception {
    var answer = send(call, foreign.text(), "Authorization", "Bearer rk_live_nobody");

    assertRefused(call, answer, 401, "unauthorized");
    assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @MethodSource("calls")
  void without_the_scope_it_is_403_whether_the_operation_is_there_or_not(Call call)
      throws Exception {
    var key = "Bearer " + keysWithout.get(NEEDS.get(call.name()));
    for (var id : List.of(foreign.text(), "op_01JD8X0000000000000000000Z")) {
      assertRefused(call, send(call, id, "Authorization", key), 403, "insufficient_scope");
    }
  }

  @ParameterizedTest
  @MethodSource("callsOfOneOperation")
  void another_tenant_s_operation_answers_as_one_that_never_was(Call call) throws Exception {
    var key = "Bearer " + everything;
    var theirs = send(call, foreign.text(), "Authorization", key);
    var nobodys = send(call, "op_01JD8X0000000000000000000Z", "Authorization", key);

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
      var answer = server.send(call.method(), call.path(foreign.text()) + ticket, null);
      assertRefused(call, answer, 401, "ticket_invalid");
      assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
    }
    var withKey =
        server.send(
            call.method(), call.path(foreign.text()) + "?ticket=abc", null, "Authorization",
            "Bearer " + everything);
    // Where no query is taken at all, that is found out later than 404.
    assertThat(withKey.statusCode()).isIn(404, 501);
  }

  @ParameterizedTest
  @MethodSource("calls")
  void another_method_is_405_without_a_credential(Call call) throws Exception {
    var answer = server.send("PATCH", call.path(foreign.text()), null);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(text(answer)).contains("\"code\":\"method_not_allowed\"");
    assertThat(header(answer, "Allow").split(", ")).contains(call.method(), "OPTIONS");
    assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
    var options = server.send("OPTIONS", call.path(foreign.text()), null);
    assertThat(options.statusCode()).isEqualTo(204);
    assertThat(header(options, "Allow")).isEqualTo(header(answer, "Allow"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void what_is_still_to_come_is_501_to_whoever_may_ask(Call call) throws Exception {
    var answer = send(call, foreign.text(), "Authorization", "Bearer " + everything);

    assertThat(answer.statusCode() == 501).isEqualTo(LATER.contains(call.name()));
    assertThat(answer.statusCode()).isNotEqualTo(500);
    if (answer.statusCode() == 501) assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
  }

  private HttpResponse<byte[]> send(Call call, String id, String... headers) throws Exception {
    return call.method().equals("POST")
        ? server.post(call.path(id), JSON, headers)
        : server.send(call.method(), call.path(id), null, headers);
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
