package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.tenant.Scopes;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class TicketRouteTest {
  private static final String NOBODY = "op_01JD8X0000000000000000000Z";

  private ListsServer server;
  private OperationId running;
  private String all;
  private String reader;
  private String canceler;
  private String submitter;
  private String stranger;

  @BeforeEach
  void open() throws Exception {
    server = new ListsServer();
    running = server.await(server.submit("stuck"), "running");
    all = key("default", Scopes.READ, Scopes.CANCEL, Scopes.SUBMIT);
    reader = key("default", Scopes.READ);
    canceler = key("default", Scopes.CANCEL);
    submitter = key("default", Scopes.SUBMIT);
    stranger = key("acme", Scopes.READ, Scopes.CANCEL);
  }

  @AfterEach
  void close() {
    server.giveUp(running);
    server.close();
  }

  private String key(String tenant, String... scopes) {
    return "Bearer " + server.key(tenant, scopes);
  }

  @Test
  void the_usual_one_reads_for_a_quarter_of_an_hour() throws Exception {
    for (var body : new String[] {"", "{}", "{\"scope\":null,\"ttl_seconds\":null}"}) {
      var answer = make(running.text(), body, reader);

      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
      var made = json(answer);
      assertThat(made.propertyNames()).containsExactly("ticket", "url", "expires_at");
      assertThat(made.get("expires_at").stringValue()).isEqualTo("2026-11-24T08:15:00.000Z");
      assertThat(made.get("url").stringValue())
          .isEqualTo(
              ListsServer.BASE + self("?ticket=" + made.get("ticket").stringValue()));
      assertThat(get("?ticket=" + made.get("ticket").stringValue()).statusCode()).isEqualTo(202);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"scope\":\"read\"}                        | 201 |",
        "{\"scope\":[\"read\",\"cancel\",\"read\"]}      | 201 |",
        "{\"scope\":\"cancel\",\"ttl_seconds\":1}      | 201 |",
        "{\"ttl_seconds\":86400}                     | 201 |",
        "{\"ttl_seconds\":9e2}                       | 201 |",
        "{\"ttl_seconds\":0}                         | 422 | #/ttl_seconds",
        "{\"ttl_seconds\":-1}                        | 422 | #/ttl_seconds",
        "{\"ttl_seconds\":86401}                     | 422 | #/ttl_seconds",
        "{\"ttl_seconds\":1.5}                       | 422 | #/ttl_seconds",
        "{\"ttl_seconds\":1e9999}                    | 422 | #/ttl_seconds",
        "{\"scope\":[]}                              | 422 | #/scope",
        "{\"scope\":\"\"}                            | 422 | #/scope/0",
        "{\"scope\":\"write\"}                       | 422 | #/scope/0",
        "{\"scope\":\"read cancel\"}                 | 422 | #/scope/0",
        "{\"scope\":[\"read\",\"operations:read\"]}  | 422 | #/scope/1",
        "{\"ttl_seconds\":\"900\"}                   | 400 | #/ttl_seconds",
        "{\"ttl_seconds\":true}                      | 400 | #/ttl_seconds",
        "{\"scope\":1}                               | 400 | #/scope",
        "{\"scope\":{}}                              | 400 | #/scope",
        "{\"scope\":[\"read\",null]}                 | 400 | #/scope/1",
        "{\"scopes\":[\"read\"]}                     | 400 | #/scopes",
        "[]                                        | 400 | #",
        "{                                         | 400 | #",
      })
  void what_may_be_asked_for(String body, int status, String pointer) throws Exception {
    var answer = make(running.text(), body, all);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    if (pointer != null) {
      assertThat(json(answer).get("errors").get(0).get("pointer").stringValue())
          .isEqualTo(pointer);
    }
    // An operation that is not there comes first, once it is known that the caller may ask.
    if (status != 201) {
      assertThat(make(NOBODY, body, all).statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                              | reader    | 201",
        "{\"scope\":\"cancel\"}            | reader    | 403",
        "{\"scope\":[\"read\",\"cancel\"]} | reader    | 403",
        "{\"scope\":\"cancel\"}            | canceler  | 201",
        "{}                              | canceler  | 403",
        "{\"scope\":[\"read\",\"cancel\"]} | canceler  | 403",
        "{\"scope\":\"cancel\",\"ttl_seconds\":0} | reader | 403",
        "{}                              | submitter | 403",
        "{                               | submitter | 403",
        "{}                              | stranger  | 404",
      })
  void who_makes_one_needs_what_it_grants(String body, String who, int status) throws Exception {
    var key =
        switch (who) {
          case "reader" -> reader;
          case "canceler" -> canceler;
          case "submitter" -> submitter;
          default -> stranger;
        };
    assertThat(make(running.text(), body, key).statusCode()).isEqualTo(status);
    // Whether the operation is there is told to those alone who may ask.
    if (status != 201) {
      assertThat(make(NOBODY, body, key).statusCode()).isEqualTo(status);
    }
  }

  @Test
  void another_media_type_is_415_before_the_scope_is_looked_at() throws Exception {
    var answer =
        server.send(
            "POST", self("/tickets"), "{}", "Content-Type", "text/plain", "Authorization",
            submitter);
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(header(answer, "Accept-Post")).isEqualTo("application/json");
  }

  @Test
  void a_ticket_that_reads_reads_everything_of_its_operation_and_does_nothing_else()
      throws Exception {
    var ticket = "?ticket=" + ticket("{\"scope\":\"read\"}", all);

    assertThat(get(ticket).statusCode()).isEqualTo(202);
    assertThat(server.send("HEAD", self(ticket), null).statusCode()).isEqualTo(202);
    assertThat(get("/result" + ticket).statusCode()).isEqualTo(202);
    assertThat(get(ticket + "&expand=input").statusCode()).isEqualTo(202);
    assertScopeMissing(server.post(self("/cancel" + ticket), "{}"));
    assertScopeMissing(server.post(self(":cancel" + ticket), "{}"));
    assertScopeMissing(server.post(self("/retry" + ticket), "{}"));
    assertScopeMissing(server.post(self("/tickets" + ticket), "{}"));
    assertScopeMissing(server.send("DELETE", self(ticket), null));
  }

  @Test
  void a_ticket_that_cancels_neither_reads_nor_deletes() throws Exception {
    var ticket = "?ticket=" + ticket("{\"scope\":[\"cancel\"]}", all);

    assertScopeMissing(get(ticket));
    assertScopeMissing(get("/result" + ticket));
    assertScopeMissing(server.send("DELETE", self(ticket), null));
    assertScopeMissing(server.post(self("/tickets" + ticket), "{\"scope\":\"cancel\"}"));
    assertThat(server.post(self("/cancel" + ticket), "{}").statusCode()).isEqualTo(202);
    assertThat(server.post(self(":cancel" + ticket), "").statusCode()).isEqualTo(202);
  }

  @Test
  void no_answer_to_its_holder_repeats_it() throws Exception {
    var ticket = ticket("{\"scope\":[\"read\",\"cancel\"]}", all);
    for (var answer :
        new HttpResponse<?>[] {
          get("?ticket=" + ticket), get("/result?ticket=" + ticket),
          server.post(self("/cancel?ticket=" + ticket), "{}"),
          get("?wait=x&ticket=" + ticket), get("?expand=x&ticket=" + ticket + "x")
        }) {
      assertThat(new String((byte[]) answer.body(), java.nio.charset.StandardCharsets.UTF_8))
          .doesNotContain(ticket);
      assertThat(answer.headers().map().toString()).doesNotContain(ticket);
    }
  }

  @Test
  void it_is_good_for_its_operation_alone() throws Exception {
    var ticket = "?ticket=" + ticket("{}", all);
    var other = server.submit("stuck");
    for (var id : new String[] {other.text(), NOBODY, running.text().toLowerCase(), "x"}) {
      assertUnusable(server.get("/v1/operations/" + id + ticket));
    }
    assertThat(server.get("/v1/operations" + ticket).statusCode()).isEqualTo(401);
    assertThat(server.get("/v1/operation-types" + ticket).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"?ticket=", "?ticket", "?ticket=x", "?ticket=tk_", "?Ticket=x&ticket=y"})
  void what_is_no_ticket_is_unusable(String query) throws Exception {
    assertUnusable(get(query));
    assertThat(server.get(self(query), "Authorization", reader).statusCode()).isEqualTo(202);
  }

  @Test
  void two_are_none_even_if_they_are_the_same() throws Exception {
    var ticket = ticket("{}", all);
    assertUnusable(get("?ticket=" + ticket + "&ticket=" + ticket));
  }

  @Test
  void beside_a_credential_it_is_not_looked_at() throws Exception {
    var ticket = "?ticket=" + ticket("{}", all);
    assertThat(server.get(self(ticket), "Authorization", stranger).statusCode()).isEqualTo(404);
    assertThat(server.get(self(ticket), "Authorization", submitter).statusCode()).isEqualTo(403);
    var broken = server.get(self(ticket), "Authorization", "Bearer rk_live_nobody");
    assertThat(broken.statusCode()).isEqualTo(401);
    assertThat(text(broken)).contains("\"code\":\"unauthorized\"");
  }

  @Test
  void it_ends_to_the_millisecond() throws Exception {
    var ticket = "?ticket=" + ticket("{\"ttl_seconds\":2}", all);
    server.clock.advance(Duration.ofMillis(1_999));
    assertThat(get(ticket).statusCode()).isEqualTo(202);
    server.clock.advance(Duration.ofMillis(1));
    assertUnusable(get(ticket));
  }

  @Test
  void it_dies_with_its_key() throws Exception {
    var ticket = "?ticket=" + ticket("{}", reader);
    var others = "?ticket=" + ticket("{}", all);
    var id = reader.substring("Bearer rk_live_".length()).substring(0, 8);

    server.keys().revoke(id);

    assertUnusable(get(ticket));
    assertThat(get(others).statusCode()).isEqualTo(202);
  }

  @Test
  void it_ends_with_a_key_that_expires_sooner_and_says_so() throws Exception {
    var end = server.clock.instant().plusSeconds(10);
    var created =
        server.keys().create("short", "default", Scopes.of(java.util.List.of(Scopes.READ)), end);
    var key = "Bearer " + ((dev.raincheck.tenant.ApiKeys.Creation.Created) created).secret();
    var made = json(make(running.text(), "{}", key));

    assertThat(made.get("expires_at").stringValue()).isEqualTo("2026-11-24T08:00:10.000Z");
    server.clock.advance(Duration.ofSeconds(10));
    assertUnusable(get("?ticket=" + made.get("ticket").stringValue()));
  }

  @Test
  void it_dies_with_its_operation() throws Exception {
    var done = server.done("echo", "{}", "application/json");
    var made = json(make(done.text(), "{}", all)).get("ticket").stringValue();
    var path = "/v1/operations/" + done.text();
    assertThat(server.get(path + "?ticket=" + made).statusCode()).isEqualTo(200);
    assertThat(server.get(path + "/result?ticket=" + made).statusCode()).isEqualTo(200);

    assertThat(server.send("DELETE", path, null, "Authorization", all).statusCode())
        .isEqualTo(204);

    assertUnusable(server.get(path + "?ticket=" + made));
    assertUnusable(server.get(path + "/result?ticket=" + made));
    assertThat(server.get(path, "Authorization", all).statusCode()).isEqualTo(410);
    assertThat(make(done.text(), "{}", all).statusCode()).isEqualTo(410);
  }

  @Test
  void its_requests_count_on_the_quota_of_its_key() throws Exception {
    var ticket = "?ticket=" + ticket("{}", all);
    assertThat(header(get(ticket), "RateLimit")).contains("r=999998");
    assertThat(header(server.get(self(""), "Authorization", all), "RateLimit"))
        .contains("r=999997");
  }

  private String ticket(String body, String key) throws Exception {
    return json(make(running.text(), body, key)).get("ticket").stringValue();
  }

  private HttpResponse<byte[]> make(String id, String body, String key) throws Exception {
    var path = "/v1/operations/" + id + "/tickets";
    return body.isEmpty()
        ? server.send("POST", path, null, "Authorization", key)
        : server.post(path, body, "Authorization", key);
  }

  private HttpResponse<byte[]> get(String rest) throws Exception {
    return server.get(self(rest));
  }

  private String self(String rest) {
    return "/v1/operations/" + running.text() + rest;
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static void assertUnusable(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(header(answer, "WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(text(answer)).contains("\"code\":\"ticket_invalid\"");
  }

  private static void assertScopeMissing(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(text(answer)).contains("\"code\":\"insufficient_scope\"");
  }
}
