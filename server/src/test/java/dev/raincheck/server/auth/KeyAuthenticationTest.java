package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.RateLimit;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class KeyAuthenticationTest {
  private static final String INVALID = "Bearer error=\"invalid_token\"";

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
  void without_keys_everyone_on_loopback_is_the_default_tenant_with_all_scopes() throws Exception {
    var answer = house.main("GET /whoami");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo("1 default admin operations:cancel operations:read operations:submit");
  }

  @Test
  void without_keys_nobody_else_is_anybody() throws Exception {
    house.close();
    house = new House(false, RateLimit.DEFAULT);
    var answer = house.main("GET /whoami");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(house.admin("GET /v1/admin/keys").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer rk_live_00000000_0000000000000000000000000000000000000000000_0EsouV", // no such key
        "Bearer rk_live_00000000_0000000000000000000000000000000000000000000_000000", // wrong
                                                                                      // checksum
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer null",
        "Bearer ",
        "Bearer",
        "Basic YWRtaW46YWRtaW4=",
        "Bearer a b",
        "",
      })
  void a_bad_credential_is_401_with_or_without_keys(String credential) throws Exception {
    assertInvalid(house.main("GET /whoami", "Authorization: " + credential));
    assertInvalid(house.admin("GET /v1/admin/keys", "Authorization: " + credential));
    house.key("acme", Scopes.READ);
    assertInvalid(house.main("GET /whoami", "Authorization: " + credential));
  }

  @Test
  void a_good_and_a_bad_credential_together_are_a_bad_one() throws Exception {
    var good = "Authorization: Bearer " + house.key("acme", Scopes.READ);
    assertInvalid(house.main("GET /whoami", good, "Authorization: Bearer other"));
    assertInvalid(house.main("GET /whoami", good, good));
  }

  @Test
  void from_the_first_key_on_a_credential_is_needed() throws Exception {
    var key = house.key("acme", Scopes.READ);
    var answer = house.main("GET /whoami");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
    assertThat(answer.body()).contains("\"code\":\"unauthorized\"");
    assertThat(answer.header("RateLimit")).isEmpty();

    assertThat(house.main("GET /whoami", "Authorization: Bearer " + key).body())
        .isEqualTo("2 acme operations:read");
  }

  @Test
  void revoking_the_last_key_opens_nothing() throws Exception {
    var key = house.key("acme", Scopes.READ);
    house.keys.revoke(house.keys.list().getFirst().id());
    assertThat(house.main("GET /whoami").status()).isEqualTo(401);
    var answer = house.main("GET /whoami", "Authorization: Bearer " + key);
    assertInvalid(answer);
    assertThat(answer.body()).contains("revoked");
  }

  @Test
  void an_expired_key_is_401() throws Exception {
    var end = house.clock.instant().plusSeconds(10);
    var created = house.keys.create("test", "acme", Scopes.of(List.of(Scopes.READ)), end);
    var header = "Authorization: Bearer " + ((ApiKeys.Creation.Created) created).secret();
    assertThat(house.main("GET /whoami", header).status()).isEqualTo(200);
    house.clock.advance(Duration.ofSeconds(10));
    assertInvalid(house.main("GET /whoami", header));
  }

  @Test
  void the_scope_is_asked_for_by_the_route() throws Exception {
    var read = "Authorization: Bearer " + house.key("acme", Scopes.READ);
    var submitOne = "Authorization: Bearer " + house.key("acme", "operations:submit:a.b");
    assertThat(house.main("GET /read", read).status()).isEqualTo(200);
    assertThat(house.main("POST /submit", submitOne).status()).isEqualTo(202);

    var refused = house.main("POST /submit", read);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("\"code\":\"insufficient_scope\"", "operations:submit");
    assertThat(house.main("GET /read", submitOne).status()).isEqualTo(403);
  }

  @Test
  void an_authenticated_answer_tells_the_quota() throws Exception {
    var answer = house.main("GET /whoami");
    assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"default\";q=1000000;w=10");
    assertThat(answer.header("RateLimit")).matches("\"default\";r=999999;t=([1-9]|10)");
  }

  @Test
  void a_request_too_many_is_429_and_the_next_window_is_free() throws Exception {
    house.close();
    house = new House(true, new RateLimit(2, Duration.ofSeconds(10)));
    for (int i = 0; i < 2; i++) assertThat(house.main("GET /whoami").status()).isEqualTo(200);

    var refused = house.main("GET /whoami");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"quota_exceeded\"", "\"retryable\":true");
    assertThat(refused.header("RateLimit")).startsWith("\"default\";r=0;t=");
    assertThat(refused.header("Retry-After"))
        .isEqualTo(refused.header("RateLimit").replaceAll(".*t=", ""));

    var other = "Authorization: Bearer " + house.key("acme", Scopes.READ);
    assertThat(house.main("GET /whoami", other).status()).isEqualTo(200);

    house.clock.advance(Duration.ofSeconds(10));
    assertThat(house.main("GET /whoami", other).status()).isEqualTo(200);
  }

  @Test
  void keys_that_cannot_be_read_are_503() throws Exception {
    house.store.close();
    var answer = house.main("POST /submit");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("\"code\":\"unavailable\"");
    assertThat(answer.header("Raincheck-Outcome")).isEqualTo("not-accepted");
  }

  private static void assertInvalid(House.Answered answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).isEqualTo(INVALID);
    assertThat(answer.body()).contains("\"code\":\"unauthorized\"");
  }
}
