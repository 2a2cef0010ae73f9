package dev.raincheck.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.JwtAlgorithm;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.tenant.Scopes;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Good tokens, and issuers that come, go and change their keys. */
@Timeout(120)
class JwtTest {
  private static final TestKey OLD = TestKey.rsa("old");
  private static final TestKey NEW = TestKey.rsa("new");
  private static final TestKey[] EACH =
      {TestKey.rsa("RS"), TestKey.rsa("PS"), TestKey.ec("256", 256), TestKey.ec("384", 384),
        TestKey.ec("521", 521), TestKey.ed25519("ed")};

  private TestIssuer issuer;
  private JwtHouse house;

  @BeforeEach
  void open() throws Exception {
    issuer = new TestIssuer();
    issuer.publishes(OLD);
  }

  @AfterEach
  void close() throws Exception {
    if (house != null) house.close();
    issuer.close();
  }

  private void trust() throws Exception {
    house = new JwtHouse(issuer.trusted());
  }

  // ---- what a good one is

  @ParameterizedTest
  @CsvSource({
    "RS256,0", "RS384,0", "RS512,0", "PS256,1", "PS384,1", "PS512,1", "ES256,2", "ES384,3", "ES512,4",
    "EdDSA,5"
  })
  void every_algorithm_of_the_list_works_with_and_without_a_key_id(String algorithm, int key)
      throws Exception {
    issuer.publishes(EACH);
    trust();
    assertThat(house.whoami(EACH[key].token(algorithm, house.claims())).status()).isEqualTo(200);
    var unnamed = EACH[key].token(algorithm, "{\"alg\":\"%s\"}".formatted(algorithm), house.claims());
    assertThat(house.whoami(unnamed).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "at+jwt", "application/at+jwt"})
  void the_usual_types_are_taken(String type) throws Exception {
    trust();
    var header = "{\"alg\":\"RS256\",\"kid\":\"old\",\"typ\":\"%s\",\"x5t\":\"x\"}".formatted(type);
    assertThat(house.whoami(OLD.token("RS256", header, house.claims())).status()).isEqualTo(200);
  }

  @Test
  void an_algorithm_that_the_configuration_does_not_list_is_none() throws Exception {
    var plain = issuer.trusted();
    house =
        new JwtHouse(
            new JwtIssuer(
                "corp", plain.issuer(), plain.audiences(), List.of(JwtAlgorithm.ES256), plain.keysUrl(),
                plain.tenant(), false, "scope", Map.of(), plain.clockSkew(), plain.refresh()));
    assertFault(house.whoami(OLD.token("RS256", house.claims())), JwtFault.ALGORITHM);
  }

  @Test
  void clocks_may_differ_by_the_skew() throws Exception {
    trust();
    long now = house.now();
    for (var claims :
        List.of(
            house.claimsBut("exp", String.valueOf(now - 29)), house.claims(",\"nbf\":" + (now + 30)),
            house.claims(",\"iat\":" + (now + 30) + ".0"), house.claimsBut("exp", "1e300"),
            house.claimsBut("aud", "[\"someone\",\"other\"]"))) {
      assertThat(house.whoami(OLD.token("RS256", claims)).status()).as(claims).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"operations:read operations:submit:a.b\"       | operations:read operations:submit:a.b",
        "[\"operations:cancel\",\"operations:read\"]     | operations:cancel operations:read",
        "\"openid  profile operations:cancel admin\"     | operations:cancel",
        "\"OPERATIONS:READ operations:submit:*\"         | ''",
        "\"\"                                            | ''",
        "[]                                              | ''",
      })
  void scopes_are_those_that_are_ours(String scope, String ours) throws Exception {
    trust();
    var answer = house.whoami(OLD.token("RS256", house.claimsBut("scope", scope)));
    assertThat(answer.body()).isEqualTo("2 acme " + ours);
  }

  @Test
  void without_a_scope_it_is_good_and_may_nothing() throws Exception {
    trust();
    var token = OLD.token("RS256", house.claimsBut("scope", ""));
    assertThat(house.whoami(token).body()).isEqualTo("2 acme ");
    var refused = house.house.main("GET /read", "Authorization: Bearer " + token);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("insufficient_scope");
  }

  @Test
  void an_issuer_s_own_words_are_translated_and_only_those() throws Exception {
    var plain = issuer.trusted();
    house =
        new JwtHouse(
            new JwtIssuer(
                "corp", plain.issuer(), plain.audiences(), plain.algorithms(), plain.keysUrl(),
                new JwtIssuer.TenantOf.Fixed("acme"), false, "roles",
                Map.of(
                    "clerk", List.of(Scopes.READ, "operations:submit:a.b"),
                    "chief", List.of(Scopes.CANCEL)),
                plain.clockSkew(), plain.refresh()));
    var claims = house.claimsBut("org", "").replaceFirst("}$", ",\"roles\":[\"clerk\",\"operations:submit\"]}");
    assertThat(house.whoami(OLD.token("RS256", claims)).body())
        .isEqualTo("2 acme operations:read operations:submit:a.b");
  }

  @Test
  void a_tenant_that_nobody_knows_is_made_only_if_the_operator_says_so() throws Exception {
    house =
        new JwtHouse(
            issuer.trusted(
                Optional.of(URI.create(issuer.url() + TestIssuer.KEYS_PATH)),
                new JwtIssuer.TenantOf.Claim("org"), true));
    var answer = house.whoami(OLD.token("RS256", house.claimsBut("org", "\"globex\"")));
    assertThat(answer.body()).isEqualTo("3 globex operations:read");
    assertThat(house.house.keys.tenants().number("globex")).contains(3);
  }

  @Test
  void quotas_are_by_issuer_and_subject() throws Exception {
    house = new JwtHouse(issuer.trusted(), new RateLimit(2, Duration.ofSeconds(10)));
    for (int i = 0; i < 2; i++) {
      var claims = house.claims(",\"jti\":\"%d\"".formatted(i)); // another token of the same subject
      assertThat(house.whoami(OLD.token("RS256", claims)).status()).isEqualTo(200);
    }
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(429);
    var bob = OLD.token("RS256", house.claimsBut("sub", "\"bob\""));
    assertThat(house.whoami(bob).status()).isEqualTo(200);
  }

  @Test
  void with_an_issuer_and_no_keys_nobody_is_trusted_for_coming_over_loopback() throws Exception {
    try (var alone = new House(true, RateLimit.DEFAULT, _ -> trusting())) {
      assertThat(alone.main("GET /whoami").status()).isEqualTo(401);
    }
  }

  private Jwts trusting() {
    try {
      house = new JwtHouse(issuer.trusted());
      return house.jwts;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  // ---- issuers

  @Test
  void its_configuration_says_where_its_keys_are() throws Exception {
    house = new JwtHouse(issuer.trusted(Optional.empty(), new JwtIssuer.TenantOf.Claim("org"), false));
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    assertThat(issuer.askedAnything()).isEqualTo(2);
    later(house, JwtIssuer.REFRESH);
    house.whoami(NEW.token("RS256", house.claims()));
    assertThat(issuer.askedAnything()).isEqualTo(3); // where they are is known by now
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"%s/keys?v=1\"}",
        "{\"jwks_uri\":\"%s/keys?v=1\"}",
        "{\"issuer\":\"%s\"}",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"file:///etc/passwd\"}",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"http://169.254.169.254/keys\"}",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"http://127.0.0.2:1/keys\"}",
        "[]",
        "<html>"
      })
  void a_configuration_that_cannot_be_believed_is_none(String document) throws Exception {
    issuer.describesItself(document.replace("%s", issuer.url()));
    house = new JwtHouse(issuer.trusted(Optional.empty(), new JwtIssuer.TenantOf.Claim("org"), false));
    assertUnavailable(house.whoami(OLD.token("RS256", house.claims())));
    assertThat(house.jwts.withoutKeys()).containsExactly("corp");
    assertThat(issuer.asked()).isZero();
  }

  @Test
  void new_keys_are_found_and_old_ones_forgotten() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.publishes(OLD, NEW);
    later(house, IssuerKeys.ASK_EVERY);
    assertThat(house.whoami(NEW.token("RS256", house.claims())).status()).isEqualTo(200);
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.publishes(NEW);
    later(house, JwtIssuer.REFRESH);
    assertFault(house.whoami(OLD.token("RS256", house.claims())), JwtFault.KEY);
    assertThat(house.whoami(NEW.token("RS256", house.claims())).status()).isEqualTo(200);
  }

  /** The background looks every few seconds, and may or may not have come first. */
  private void later(JwtHouse house, Duration time) throws Exception {
    long before = issuer.asked();
    house.house.clock.advance(time);
    if (time.equals(JwtIssuer.REFRESH)) {
      house.whoami(OLD.token("RS256", "{\"alg\":\"RS256\",\"kid\":\"unknown\"}", house.claims()));
      assertThat(issuer.asked()).isEqualTo(before + 1);
    }
  }

  @Test
  void the_background_finds_new_keys_without_any_token() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.publishes(NEW);
    house.house.clock.advance(JwtIssuer.REFRESH);
    while (issuer.asked() < 2) Thread.onSpinWait();
    var answer = house.whoami(NEW.token("RS256", house.claims()));
    assertThat(answer.status()).isEqualTo(200);
  }

  @Test
  void a_flood_of_unknown_keys_asks_the_issuer_once() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    assertThat(issuer.asked()).isEqualTo(1);
    for (int round = 0; round < 3; round++) {
      house.house.clock.advance(IssuerKeys.ASK_EVERY);
      try (var many = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 60; i++) {
          var header = "{\"alg\":\"RS256\",\"kid\":\"%d-%d\"}".formatted(round, i);
          var token = OLD.token("RS256", header, house.claims());
          many.submit(
              () -> {
                assertFault(house.whoami(token), JwtFault.KEY);
                return token;
              });
        }
      }
      assertThat(issuer.asked()).isEqualTo(round + 2);
      assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    }
  }

  @Test
  void known_keys_go_on_working_for_a_day_while_the_issuer_is_away() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.is(TestIssuer.Mood.AWAY);
    house.house.clock.advance(IssuerKeys.BELIEVED_FOR.minusSeconds(1));
    assertFault(house.whoami(NEW.token("RS256", house.claims())), JwtFault.KEY);
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    assertThat(house.jwts.withoutKeys()).isEmpty();

    house.house.clock.advance(Duration.ofSeconds(1));
    assertUnavailable(house.whoami(OLD.token("RS256", house.claims())));
    assertThat(house.jwts.withoutKeys()).containsExactly("corp");

    issuer.is(TestIssuer.Mood.WELL);
    house.house.clock.advance(IssuerKeys.ASK_EVERY);
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AWAY", "MOVED"})
  void it_starts_without_the_issuer_and_takes_tokens_when_that_is_there(String mood) throws Exception {
    issuer.is(TestIssuer.Mood.valueOf(mood));
    trust();
    var refused = house.whoami(OLD.token("RS256", house.claims()));
    assertUnavailable(refused);
    assertThat(house.jwts.withoutKeys()).containsExactly("corp");
    assertThat(house.house.main("GET /whoami", "Authorization: Bearer " + house.house.key("acme", Scopes.READ)).status())
        .isEqualTo(200);
    long asked = issuer.asked();
    assertUnavailable(house.whoami(OLD.token("RS256", house.claims())));
    assertThat(issuer.asked()).isEqualTo(asked);

    issuer.is(TestIssuer.Mood.WELL);
    house.house.clock.advance(IssuerKeys.ASK_EVERY);
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    assertThat(house.jwts.withoutKeys()).isEmpty();
  }

  @Test
  void a_silent_issuer_holds_up_nobody_whose_key_is_known() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.is(TestIssuer.Mood.SILENT);
    house.house.clock.advance(IssuerKeys.ASK_EVERY);
    try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
      var unknown = others.submit(() -> house.whoami(NEW.token("RS256", house.claims())));
      while (issuer.asked() < 2) Thread.onSpinWait();
      assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
      assertThat(unknown.isDone()).isFalse();
      assertFault(unknown.get(), JwtFault.KEY); // after its patience, not after the issuer's
    }
  }

  @Test
  void a_set_of_keys_that_is_too_long_or_has_too_many_is_not_taken_over() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    var one = NEW.jwk();
    for (var set :
        List.of(
            "{\"keys\":[%s],\"x\":\"%s\"}".formatted(one, "x".repeat(KeySource.SET_BYTES_MAX)),
            "{\"keys\":[%s%s]}".formatted(one, ",{}".repeat(KeySet.KEYS_MAX)),
            "{\"keys\":{}}", "[]", "", "{\"keys\":[%s]".formatted(one))) {
      issuer.publishes(set);
      house.house.clock.advance(IssuerKeys.ASK_EVERY);
      assertFault(house.whoami(NEW.token("RS256", house.claims())), JwtFault.KEY);
      assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    }
    issuer.publishes("{\"keys\":[%s%s]}".formatted(one, ",{}".repeat(KeySet.KEYS_MAX - 1)));
    house.house.clock.advance(IssuerKeys.ASK_EVERY);
    assertThat(house.whoami(NEW.token("RS256", house.claims())).status()).isEqualTo(200);
  }

  @Test
  void an_issuer_that_withdraws_all_its_keys_is_believed() throws Exception {
    trust();
    assertThat(house.whoami(OLD.token("RS256", house.claims())).status()).isEqualTo(200);
    issuer.publishes();
    house.house.clock.advance(IssuerKeys.ASK_EVERY);
    house.whoami(NEW.token("RS256", house.claims()));
    assertFault(house.whoami(OLD.token("RS256", house.claims())), JwtFault.KEY);
  }

  private static void assertFault(House.Answered answer, JwtFault fault) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    assertThat(answer.body()).contains(fault.detail());
  }

  private static void assertUnavailable(House.Answered answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("\"code\":\"unavailable\"", "\"retryable\":true");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
  }
}
