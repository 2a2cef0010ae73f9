package dev.raincheck.server.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.auth.TestIssuer;
import dev.raincheck.server.auth.TestKey;
import dev.raincheck.server.config.AuthConfig;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
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
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every route that the running server has on its main listener, against every kind of credential.
 * The rows come from the route table; what a row needs stands in {@link MainDoorTest}, and a route that
 * is not there fails here too.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CredentialMatrixTest {
  private static final List<String> SCOPES = List.of(Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL);
  private static final String ONE = "/v1/operations/{id}";
  private static final Set<String> CANCELS = Set.of(ONE + "/cancel", ONE + ":cancel");
  private static final String UNKNOWN = "op_01JD8X0000000000000000000Z";
  private static final TestKey KEY = TestKey.rsa("k");
  private static final TestKey IMPOSTOR = TestKey.rsa("k");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> tickets = new LinkedHashMap<>();
  private TestIssuer issuer;
  private Node node;
  private String revoked;
  private String expired;
  private OperationId mine;
  private OperationId another;
  private OperationId deleted;
  private String deletedsTicket;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    issuer = new TestIssuer();
    issuer.publishes(KEY);
    node =
        Node.start(
            config(folder),
            List.of(OperationType.of("echo", (_, _) -> Result.json("{}"))),
            broken -> {
              throw broken;
            });
    var all = key("acme", SCOPES, null);
    int acme = node.raincheck().keys().tenants().number("acme").orElseThrow();
    mine = done(acme);
    another = done(acme);
    deleted = done(acme);
    revoked = key("acme", SCOPES, null);
    var maker = key("acme", SCOPES, null);
    var soon = Instant.now().plusSeconds(1);
    expired = key("acme", SCOPES, soon);

    deletedsTicket = ticket(deleted, "{\"scope\":[\"read\",\"cancel\"]}", all);
    assertThat(send("DELETE", "/v1/operations/" + deleted.text(), null, all).statusCode()).isEqualTo(204);
    var both = "{\"scope\":[\"read\",\"cancel\"]}";
    tickets.put("read", ticket(mine, "{}", all));
    tickets.put("cancel", ticket(mine, "{\"scope\":\"cancel\"}", all));
    tickets.put("both", ticket(mine, both, all));
    tickets.put("read by token", ticket(mine, "{}", token("acme", SCOPES)));
    tickets.put("of another operation", ticket(another, both, all));
    tickets.put("of a revoked key", ticket(mine, both, maker));
    tickets.put(
        "over", ticket(mine, "{\"scope\":[\"read\",\"cancel\"],\"ttl_seconds\":1}", all));
    for (var secret : List.of(revoked, maker)) {
      node.raincheck().keys().revoke(secret.substring("Bearer rk_live_".length()).substring(0, 8));
    }
    var over = Instant.now().plusMillis(1_001);
    while (Instant.now().isBefore(over)) Thread.onSpinWait();
  }

  private ServerConfig config(Path folder) {
    var plain = ServerConfig.DEFAULT;
    var keys = Optional.of(URI.create(issuer.url() + TestIssuer.KEYS_PATH));
    var auth =
        new AuthConfig(List.of(issuer.trusted(keys, new JwtIssuer.TenantOf.Claim("org"), true)));
    return new ServerConfig(
        new HostPort("127.0.0.1", 0), plain.publicUrl(), Optional.empty(),
        Optional.empty(), new StoreConfig.Sqlite(folder.resolve("raincheck.db")), plain.durability(), plain.maxWait(),
        plain.waitsPerKey(), Duration.ZERO, plain.limits(), plain.rateLimit(), plain.egress(),
        plain.cors(), auth, plain.log(), plain.operations());
  }

  @AfterAll
  void close() throws Exception {
    client.close();
    node.close();
    issuer.close();
  }

  private OperationId done(int tenant) throws Exception {
    var watched = node.raincheck().operations().submitAndWatch(NewOperation.of(tenant, "echo", null));
    var end = watched.end();
    try (end) {
      var accepted = (Submitted.Accepted) watched.submitted().get(30, TimeUnit.SECONDS);
      end.woken().get(30, TimeUnit.SECONDS);
      return accepted.operation().id();
    }
  }

  private String key(String tenant, List<String> scopes, @Nullable Instant end) {
    var created = node.raincheck().keys().create("test", tenant, Scopes.of(scopes), end);
    return "Bearer " + ((ApiKeys.Creation.Created) created).secret();
  }

  private String token(String tenant, List<String> scopes) {
    return "Bearer " + KEY.token("RS256", claims(tenant, scopes, 300));
  }

  private String claims(String tenant, List<String> scopes, int seconds) {
    return "{\"iss\":\"%s\",\"sub\":\"alice\",\"aud\":\"raincheck\",\"exp\":%d,\"org\":\"%s\",\"scope\":\"%s\"}"
        .formatted(
            issuer.url(), Instant.now().getEpochSecond() + seconds, tenant, String.join(" ", scopes));
  }

  private String ticket(OperationId id, String body, String credential) throws Exception {
    var answer = send("POST", "/v1/operations/" + id.text() + "/tickets", body, credential);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    return text(answer).replaceFirst(".*\"ticket\":\"([^\"]+)\".*", "$1");
  }

  // ---- the rows

  private record Row(Route route) {
    String name() {
      return route.method() + " " + route.template();
    }

    String needs() {
      var needs = MainDoorTest.NEEDS.get(name());
      if (needs == null) throw new AssertionError(name() + " is in no table: say what it needs");
      return needs;
    }

    boolean isOfOneOperation() {
      return route.template().startsWith(ONE);
    }

    String path(String id) {
      return route.template().replace("{id}", id).replace("{type}", "echo")
          .replace("{schema}", "input").replace("{token}", "abc").replace("{code}", "not_found");
    }

    /** What a ticket has to grant here; empty where none helps. */
    String ticketScope() {
      if (route.method().equals("GET")) return "read";
      return CANCELS.contains(route.template()) ? "cancel" : "";
    }
  }

  private Stream<Row> rows() {
    return node.mainRoutes().stream().map(Row::new);
  }

  private Stream<Row> closed() {
    return rows().filter(row -> !row.needs().equals(MainDoorTest.OPEN));
  }

  private record Column(String name, @Nullable String credential) {}

  private static DynamicTest named(Row row, String column, Executable test) {
    return DynamicTest.dynamicTest(row.name() + " with " + column, test);
  }

  @Test
  void a_route_is_open_exactly_if_the_table_says_so() {
    assertThat(rows().filter(row -> row.route().open()).map(Row::name).collect(Collectors.toSet()))
        .isEqualTo(
            rows().filter(row -> row.needs().equals(MainDoorTest.OPEN)).map(Row::name).collect(Collectors.toSet()));
  }

  @TestFactory
  Stream<DynamicTest> no_credential_or_a_bad_one_is_401() {
    var columns =
        List.of(
            new Column("nothing", null),
            new Column("an unknown key", "Bearer rk_live_nobody"),
            new Column("a revoked key", revoked),
            new Column("an expired key", expired),
            new Column("another scheme", "Basic YTpi"),
            new Column("a token of nobody", "Bearer " + IMPOSTOR.token("RS256", claims("acme", SCOPES, 300))),
            new Column("an expired token", "Bearer " + KEY.token("RS256", claims("acme", SCOPES, -60))),
            new Column(
                "a token of another issuer",
                "Bearer " + KEY.token("RS256", claims("acme", SCOPES, 300).replace("127.0.0.1", "localhost"))));
    return closed()
        .flatMap(
            row ->
                columns.stream()
                    .map(column -> named(row, column.name(), () -> {
                      var answer = send(row, mine.text(), "", column.credential());
                      assertRefused(row, answer, 401, "unauthorized");
                      assertThat(header(answer, "WWW-Authenticate")).startsWith("Bearer");
                    })));
  }

  @TestFactory
  Stream<DynamicTest> a_credential_without_the_scope_is_403_whether_or_not_there_is_something() {
    return closed()
        .flatMap(
            row -> {
              var others = Stream.concat(SCOPES.stream(), Stream.of(Scopes.ADMIN)).filter(scope -> !scope.equals(row.needs())).toList();
              return Stream.of(
                      new Column("a key for all else", key("acme", others, null)),
                      new Column("a token for all else", token("acme", others)),
                      new Column("a token for nothing", token("acme", List.of())))
                  .map(column -> named(row, column.name(), () -> {
                    for (var id : List.of(mine.text(), UNKNOWN)) {
                      assertRefused(row, send(row, id, "", column.credential()), 403, "insufficient_scope");
                    }
                  }));
            });
  }

  @TestFactory
  Stream<DynamicTest> another_tenant_is_told_what_a_stranger_to_nothing_is_told() {
    var columns =
        List.of(
            new Column("another tenant's key", key("globex", SCOPES, null)),
            new Column("another tenant's token", token("globex", SCOPES)));
    return closed()
        .filter(Row::isOfOneOperation)
        .flatMap(row -> columns.stream().map(column -> named(row, column.name(), () -> {
          var theirs = send(row, mine.text(), "", column.credential());
          var nobodys = send(row, UNKNOWN, "", column.credential());
          assertThat(theirs.statusCode()).isIn(404, 501).isEqualTo(nobodys.statusCode());
          assertThat(anonymous(theirs)).isEqualTo(anonymous(nobodys));
        })));
  }

  @TestFactory
  Stream<DynamicTest> a_ticket_that_is_not_good_here_is_401_on_every_url_of_an_operation() {
    return closed()
        .filter(Row::isOfOneOperation)
        .flatMap(
            row ->
                Stream.of("of another operation", "of a revoked key", "over")
                    .map(which -> named(row, "a ticket " + which, () ->
                        assertUnusable(row, mine.text(), tickets.get(which)))));
  }

  @TestFactory
  Stream<DynamicTest> a_ticket_does_not_outlive_its_operation() {
    return closed()
        .filter(Row::isOfOneOperation)
        .map(row -> named(row, "the ticket of what was deleted", () ->
            assertUnusable(row, deleted.text(), deletedsTicket)));
  }

  private void assertUnusable(Row row, String id, String ticket) throws Exception {
    var answer = send(row, id, "?ticket=" + ticket, null);
    assertRefused(row, answer, 401, "ticket_invalid");
    assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
  }

  @TestFactory
  Stream<DynamicTest> a_good_ticket_opens_exactly_what_it_grants() {
    return closed()
        .filter(Row::isOfOneOperation)
        .flatMap(
            row ->
                Stream.of("read", "cancel", "both", "read by token")
                    .map(which -> named(row, "a ticket for " + which, () -> {
                      var answer = send(row, mine.text(), "?ticket=" + tickets.get(which), null);
                      var scope = row.ticketScope();
                      boolean granted = !scope.isEmpty() && (which.equals("both") || which.startsWith(scope));
                      if (granted) assertThat(answer.statusCode()).as(text(answer)).isIn(200, 202, 204, 501);
                      else assertRefused(row, answer, 403, "insufficient_scope");
                    })));
  }

  @TestFactory
  Stream<DynamicTest> where_there_is_no_operation_a_ticket_is_nothing() {
    return closed()
        .filter(row -> !row.isOfOneOperation())
        .map(row -> named(row, "a ticket", () ->
            assertRefused(row, send(row, mine.text(), "?ticket=" + tickets.get("both"), null), 401, "unauthorized")));
  }

  @TestFactory
  Stream<DynamicTest> what_is_open_asks_for_no_credential() {
    return rows()
        .filter(row -> row.needs().equals(MainDoorTest.OPEN))
        .map(row -> named(row, "nothing", () ->
            assertThat(send(row, "x", "", null).statusCode()).isNotIn(401, 403, 500)));
  }

  @Test
  void a_ticket_made_with_a_token_ends_when_the_token_does_but_for_the_skew() throws Exception {
    var soon = "Bearer " + KEY.token("RS256", claims("acme", SCOPES, 60));
    var answer =
        send("POST", "/v1/operations/" + mine.text() + "/tickets", "{\"ttl_seconds\":86400}", soon);
    assertThat(answer.statusCode()).isEqualTo(201);
    var end = Instant.parse(text(answer).replaceFirst(".*\"expires_at\":\"([^\"]+)\".*", "$1"));
    assertThat(end)
        .isAfter(Instant.now().plusSeconds(20))
        .isBeforeOrEqualTo(Instant.now().plusSeconds(60).plus(JwtIssuer.CLOCK_SKEW));
  }

  private HttpResponse<byte[]> send(Row row, String id, String query, @Nullable String credential)
      throws Exception {
    var method = row.route().method();
    return send(method, row.path(id) + query, method.equals("POST") ? "{}" : null, credential);
  }

  private HttpResponse<byte[]> send(
      String method, String path, @Nullable String body, @Nullable String credential) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.publicUrl() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) request.header("Content-Type", "application/json");
    if (credential != null) request.header("Authorization", credential);
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void assertRefused(Row row, HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(text(answer)).contains("\"code\":\"%s\"".formatted(code));
    assertThat(header(answer, "Raincheck-Outcome")).isEqualTo(row.route().creating() ? "not-accepted" : "");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), UTF_8);
  }

  private static String header(HttpResponse<byte[]> answer, String name) {
    return String.join("\n", answer.headers().allValues(name));
  }

  private static String anonymous(HttpResponse<byte[]> answer) {
    return text(answer).replaceAll("urn:request:req_[0-9A-Z]+", "urn:request:…");
  }
}
