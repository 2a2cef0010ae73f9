package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.RateLimit;
import dev.raincheck.tenant.Scopes;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class KeyRoutesTest {
  private static final String GOOD =
      "{\"name\":\"ci\",\"tenant\":\"acme\",\"scopes\":[\"operations:read\"]}";

  private House house;

  @BeforeEach
  void open() throws Exception {
    house = new House(true, RateLimit.DEFAULT);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void a_new_key_is_shown_once_and_works() throws Exception {
    var answer =
        house.post(
            "admin",
            """
            {"name":"ci","tenant":"acme","scopes":["operations:submit:a","operations:read"],
             "expires_at":"2026-11-25T09:00:00.1234+01:00"}\
            """);
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    var key = json(answer);
    assertThat(key.propertyNames())
        .containsExactly(
            "id",
            "object",
            "name",
            "tenant",
            "scopes",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "secret");
    assertThat(key.get("created_at").stringValue()).isEqualTo("2026-11-24T08:00:00.000Z");
    assertThat(key.get("expires_at").stringValue()).isEqualTo("2026-11-25T08:00:00.123Z");
    assertThat(key.get("scopes").toString())
        .isEqualTo("[\"operations:read\",\"operations:submit:a\"]");

    var secret = key.get("secret").stringValue();
    assertThat(house.main("GET /whoami", "Authorization: Bearer " + secret).body())
        .isEqualTo("2 acme operations:read operations:submit:a");
    var listed = house.admin("GET /v1/admin/keys");
    assertThat(listed.body())
        .contains(key.get("id").stringValue(), "\"last_used_at\":\"2026-11-24T08:00:00.000Z\"")
        .doesNotContain(secret.substring(17, 60), "\"secret\"");
  }

  @Test
  void a_revoked_key_ends_at_once_and_revoking_is_idempotent() throws Exception {
    var key = json(house.post("admin", GOOD));
    var path = "DELETE /v1/admin/keys/" + key.get("id").stringValue();
    assertThat(house.admin(path).status()).isEqualTo(204);
    assertThat(house.admin(path).status()).isEqualTo(204);
    var header = "Authorization: Bearer " + key.get("secret").stringValue();
    assertThat(house.main("GET /whoami", header).status()).isEqualTo(401);
    assertThat(house.admin("GET /v1/admin/keys").body())
        .contains("\"revoked_at\":\"2026-11-24T08:00:00.000Z\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000", "a", "%C3%A9", "000000000000000000000000"})
  void an_unknown_key_cannot_be_revoked(String id) throws Exception {
    var answer = house.admin("DELETE /v1/admin/keys/" + id);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("\"code\":\"not_found\"");
  }

  @Test
  void the_main_listener_makes_the_first_key_and_then_knows_nothing_of_keys() throws Exception {
    assertThat(house.main("GET /v1/admin/keys").status()).isEqualTo(200);
    assertThat(house.main("GET /v1/admin/keys", "Authorization: Bearer x").status()).isEqualTo(401);
    var key = json(house.post("main", GOOD.replace("operations:read", "admin")));
    var header = "Authorization: Bearer " + key.get("secret").stringValue();

    for (var line :
        new String[] {
          "GET /v1/admin/keys",
          "POST /v1/admin/keys",
          "DELETE /v1/admin/keys/" + key.get("id").stringValue()
        }) {
      assertThat(house.main(line).status()).as(line).isEqualTo(404);
      assertThat(house.main(line, header).status()).as(line).isEqualTo(404);
    }
    assertThat(house.post("main", GOOD).status()).isEqualTo(404);
    assertThat(house.keys.list()).hasSize(1);
  }

  @Test
  void the_admin_listener_takes_a_key_only_with_the_admin_scope() throws Exception {
    var reader =
        "Authorization: Bearer " + house.key("acme", Scopes.READ, Scopes.SUBMIT, Scopes.CANCEL);
    var admin = "Authorization: Bearer " + house.key("acme", Scopes.ADMIN);
    assertThat(house.admin("GET /v1/admin/keys", reader).status()).isEqualTo(403);
    assertThat(house.post("admin", GOOD, reader).status()).isEqualTo(403);
    assertThat(house.admin("GET /v1/admin/keys", admin).status()).isEqualTo(200);
    assertThat(house.admin("GET /v1/admin/keys").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil.example", "evil.example:8081", "localhost.evil.example"})
  void a_web_page_cannot_administer_by_resolving_to_loopback(String host) throws Exception {
    assertThat(house.post("admin", GOOD, "Host: " + host).status()).isEqualTo(401);
    assertThat(house.post("main", GOOD, "Host: " + host).status()).isEqualTo(401);
    assertThat(house.keys.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=latin1"
      })
  void another_media_type_is_415(String type) throws Exception {
    var answer =
        type.isEmpty()
            ? house.send("admin", "POST /v1/admin/keys", GOOD)
            : house.send("admin", "POST /v1/admin/keys", GOOD, "Content-Type: " + type);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.header("Accept-Post")).isEqualTo("application/json");
    assertThat(house.keys.isEmpty()).isTrue();
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        bad("", 400, "invalid_request", null),
        bad("{", 400, "invalid_request", "#"),
        bad("{} {}", 400, "invalid_request", null),
        bad("[]", 400, "invalid_request", "#"),
        bad("null", 400, "invalid_request", "#"),
        bad("{\"name\":\"a\",\"name\":\"b\"}", 400, "invalid_request", "#/name"),
        bad(with("\"admin\":true"), 400, "unknown_field", "#/admin"),
        bad(with("\"a/b~é\":true"), 400, "unknown_field", "#/a~1b~0%C3%A9"),
        bad(GOOD.replace("\"ci\"", "7"), 400, "invalid_request", "#/name"),
        bad(GOOD.replace("\"ci\"", "null"), 400, "invalid_request", "#/name"),
        bad(GOOD.replace("\"acme\"", "{}"), 400, "invalid_request", "#/tenant"),
        bad(
            GOOD.replace("[\"operations:read\"]", "\"operations:read\""),
            400,
            "invalid_request",
            "#/scopes"),
        bad(
            GOOD.replace("\"operations:read\"", "\"operations:read\",1"),
            400,
            "invalid_request",
            "#/scopes/1"),
        bad(with("\"expires_at\":1800000000"), 400, "invalid_request", "#/expires_at"),
        bad("{}", 422, "validation_failed", "#/name #/tenant #/scopes"),
        bad(GOOD.replace("\"ci\"", "\"\""), 422, "validation_failed", "#/name"),
        bad(GOOD.replace("\"ci\"", "\"\\u0007\""), 422, "validation_failed", "#/name"),
        bad(GOOD.replace("\"ci\"", "\"\\ud800\""), 422, "validation_failed", "#/name"),
        bad(GOOD.replace("ci", "x".repeat(101)), 422, "validation_failed", "#/name"),
        bad(GOOD.replace("acme", "Acme"), 422, "validation_failed", "#/tenant"),
        bad(GOOD.replace("acme", "../x"), 422, "validation_failed", "#/tenant"),
        bad(GOOD.replace("\"operations:read\"", ""), 422, "validation_failed", "#/scopes"),
        bad(
            GOOD.replace("\"operations:read\"", "\"operations:read\",\"root\""),
            422,
            "validation_failed",
            "#/scopes/1"),
        bad(with("\"expires_at\":\"tomorrow\""), 422, "validation_failed", "#/expires_at"),
        bad(
            with("\"expires_at\":\"2026-11-24T08:00:00Z\""),
            422,
            "validation_failed",
            "#/expires_at"),
        bad(
            GOOD.replace("\"operations:read\"", "\"operations:read\",".repeat(50) + "\"admin\""),
            422,
            "validation_failed",
            "#/scopes"));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void a_bad_body_is_refused_with_the_place_of_each_fault(
      String body, int status, String code, String pointers) throws Exception {
    var answer = house.post("admin", body);
    assertThat(answer.status()).isEqualTo(status);
    var problem = json(answer);
    assertThat(problem.get("code").stringValue()).isEqualTo(code);
    var errors = problem.get("errors");
    var told =
        errors == null
            ? null
            : String.join(
                " ", errors.valueStream().map(e -> e.get("pointer").stringValue()).toList());
    assertThat(told).isEqualTo(pointers);
    assertThat(house.keys.isEmpty()).isTrue();
  }

  @Test
  void a_hundred_unknown_members_are_told_in_part() throws Exception {
    var many = new StringBuilder("{\"" + "n".repeat(300) + "\":1");
    for (int i = 0; i < 99; i++) many.append(",\"m").append(i).append("\":1");
    assertThat(json(house.post("admin", many + "}")).get("errors").size()).isEqualTo(20);
  }

  @Test
  void an_expiry_may_be_null() throws Exception {
    assertThat(house.post("admin", with("\"expires_at\":null")).status()).isEqualTo(201);
  }

  @Test
  void a_body_beyond_the_limit_is_413() throws Exception {
    assertThat(house.post("admin", GOOD + " ".repeat(70_000)).status()).isEqualTo(413);
  }

  @Test
  void the_list_is_paged_newest_first() throws Exception {
    for (int i = 0; i < 5; i++) {
      house.key("acme", Scopes.READ);
      house.clock.advance(Duration.ofSeconds(1));
    }
    var all = json(house.admin("GET /v1/admin/keys"));
    assertThat(all.get("data").size()).isEqualTo(5);
    assertThat(all.get("has_more").booleanValue()).isFalse();
    assertThat(all.get("next_cursor").isNull()).isTrue();
    assertThat(all.get("data").get(0).get("created_at").stringValue())
        .isEqualTo("2026-11-24T08:00:04.000Z");

    var first = json(house.admin("GET /v1/admin/keys?limit=3"));
    assertThat(first.get("has_more").booleanValue()).isTrue();
    var cursor = first.get("next_cursor").stringValue();
    var second = json(house.admin("GET /v1/admin/keys?limit=3&cursor=" + cursor));
    assertThat(second.get("has_more").booleanValue()).isFalse();
    assertThat(first.get("data").valueStream().toList())
        .isEqualTo(all.get("data").valueStream().limit(3).toList());
    assertThat(second.get("data").valueStream().toList())
        .isEqualTo(all.get("data").valueStream().skip(3).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=-1",
        "limit=",
        "limit=1&limit=1",
        "limit=9999999999"
      })
  void a_bad_limit_is_400(String query) throws Exception {
    var answer = house.admin("GET /v1/admin/keys?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"invalid_request\"", "\"parameter\":\"limit\"");
  }

  @Test
  void a_bad_cursor_is_400() throws Exception {
    var answer = house.admin("GET /v1/admin/keys?cursor=00000000");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"cursor_invalid\"");
  }

  private static String with(String member) {
    return GOOD.substring(0, GOOD.length() - 1) + "," + member + "}";
  }

  private static Arguments bad(String body, int status, String code, String pointers) {
    return Arguments.of(body, status, code, pointers);
  }

  private static JsonNode json(House.Answered answer) {
    return JsonMapper.shared().readTree(answer.body());
  }
}
