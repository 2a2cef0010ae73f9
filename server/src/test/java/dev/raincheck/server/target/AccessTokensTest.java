package dev.raincheck.server.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.Secret;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressLimits;
import dev.raincheck.server.egress.EgressPolicy;
import dev.raincheck.server.egress.ScriptedServer;
import dev.raincheck.server.target.AccessTokens.Authentication;
import dev.raincheck.server.target.TargetAnswer.Final;
import dev.raincheck.server.target.TargetAnswer.Retryable;
import dev.raincheck.server.target.TargetAnswer.Success;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AccessTokensTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-24T12:00:00Z"));
  private final EgressClient egress =
      new EgressClient(
          EgressPolicy.forOperator(EgressPolicy.Allowed.of(List.of("127.0.0.1")), List.of()),
          EgressLimits.DEFAULT,
          name -> {
            throw new UnknownHostException(name);
          },
          "1",
          Optional.empty());
  private final TargetClient targets = new TargetClient(egress, now::get);

  @AfterEach
  void close() {
    egress.close();
  }

  @Test
  void a_token_is_asked_for_as_the_standard_says() throws Exception {
    try (var issuer = issuer(3600);
        var target = target()) {
      assertThat(call(target, tokens(issuer, Authentication.BASIC)))
          .isEqualTo(new Success(Optional.empty()));

      var asked = issuer.requests().getFirst();
      assertThat(asked.line()).isEqualTo("POST / HTTP/1.1");
      assertThat(asked.body()).isEqualTo("grant_type=client_credentials&scope=a+b%3Ac");
      // "an id:" and "s&cret", each form-encoded before Base64 (RFC 6749, 2.3.1).
      assertThat(asked.header("authorization")).isEqualTo("Basic YW4raWQlM0E6cyUyNmNyZXQ=");
      assertThat(asked.header("content-type")).isEqualTo("application/x-www-form-urlencoded");
      assertThat(target.requests().getFirst().header("authorization")).isEqualTo("Bearer token-1");
    }
  }

  @Test
  void the_clients_secret_may_go_into_the_form() throws Exception {
    try (var issuer = issuer(3600);
        var target = target()) {
      call(target, tokens(issuer, Authentication.FORM));
      var asked = issuer.requests().getFirst();
      assertThat(asked.body()).endsWith("&client_id=an+id%3A&client_secret=s%26cret");
      assertThat(asked.headers()).doesNotContainKey("authorization");
    }
  }

  @Test
  void fifty_callers_at_once_cost_one_request_for_a_token() throws Exception {
    var go = new CountDownLatch(1);
    try (var issuer =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  go.await();
                  talk.write(token("token-1", "3600"));
                });
        var target = target()) {
      var tokens = tokens(issuer, Authentication.BASIC);
      var attempts = new ArrayList<TargetAttempt>();
      for (int i = 0; i < 50; i++) attempts.add(targets.call(callOf(target, tokens, LONG)));
      go.countDown();
      for (TargetAttempt attempt : attempts) {
        assertThat(TargetClientTest.join(attempt)).isEqualTo(new Success(Optional.empty()));
      }
      assertThat(issuer.connections()).isEqualTo(1);
      assertThat(target.requests())
          .hasSize(50)
          .allSatisfy(r -> assertThat(r.header("authorization")).isEqualTo("Bearer token-1"));
    }
  }

  @ParameterizedTest
  @CsvSource({"3600, 3569, 3570", "100, 89, 90", "1000000, 86369, 86370"})
  void a_token_is_kept_until_shortly_before_it_ends(int life, int still, int over)
      throws Exception {
    var start = now.get();
    try (var issuer = issuer(life);
        var target = target()) {
      var tokens = tokens(issuer, Authentication.BASIC);
      call(target, tokens);
      now.set(start.plusSeconds(still));
      call(target, tokens);
      assertThat(issuer.requests()).hasSize(1);

      now.set(start.plusSeconds(over));
      call(target, tokens);
      assertThat(issuer.requests()).hasSize(2);
      assertThat(target.requests().getLast().header("authorization")).isEqualTo("Bearer token-2");
    }
  }

  @Test
  void a_token_that_the_target_refuses_is_refreshed_once_for_all() throws Exception {
    int callers = 20;
    var refused = new CountDownLatch(callers);
    try (var issuer = issuer(3600);
        var target =
            ScriptedServer.start(
                talk -> {
                  for (var asked = talk.read(); asked != null; asked = talk.read()) {
                    if (asked.header("authorization").equals("Bearer token-1")) {
                      refused.countDown();
                      refused.await(10, TimeUnit.SECONDS);
                      talk.write("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
                    } else {
                      talk.write("HTTP/1.1 204 No Content\r\n\r\n");
                    }
                  }
                })) {
      var tokens = tokens(issuer, Authentication.BASIC);
      var attempts = new ArrayList<TargetAttempt>();
      for (int i = 0; i < callers; i++) attempts.add(targets.call(callOf(target, tokens, LONG)));
      for (TargetAttempt attempt : attempts) {
        assertThat(TargetClientTest.join(attempt)).isEqualTo(new Success(Optional.empty()));
      }
      assertThat(issuer.requests()).hasSize(2);
      assertThat(target.requests()).hasSize(2 * callers);
    }
  }

  @Test
  void a_second_401_is_the_targets_answer() throws Exception {
    try (var issuer = issuer(3600);
        var target =
            ScriptedServer.answering("HTTP/1.1 401 No", "Content-Length: 0", "", "")) {
      var answer = (Final) call(target, tokens(issuer, Authentication.BASIC));
      assertThat(answer.code()).isEqualTo(Final.Code.TARGET_REJECTED);
      assertThat(target.requests()).hasSize(2);
      assertThat(issuer.requests()).hasSize(2);
    }
  }

  @Test
  void a_refusal_of_the_token_endpoint_is_retried_and_not_remembered() throws Exception {
    var count = new AtomicInteger();
    try (var issuer =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  talk.write(
                      count.incrementAndGet() == 1
                          ? "HTTP/1.1 400 No\r\nContent-Length: 6\r\n\r\ncanary"
                          : token("token", "3600"));
                });
        var target = target()) {
      var tokens = tokens(issuer, Authentication.BASIC);
      assertThat(call(target, tokens)).isEqualTo(uncalled("answered 400"));
      assertThat(target.connections()).isZero();
      assertThat(call(target, tokens)).isEqualTo(new Success(Optional.empty()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "[]", "{}", "nonsense", "{\"access_token\":\"\"}", "{\"access_token\":\"a b\"}",
        "{\"access_token\":\"a\\r\\nHost: x\"}", "{\"access_token\":{\"a\":1}}",
        "{\"access_token\":\"a\",\"token_type\":\"mac\"}"
      })
  void an_answer_without_a_usable_token_is_retried(String body) throws Exception {
    try (var issuer =
            ScriptedServer.answering(
                "HTTP/1.1 200 OK", "Content-Length: " + body.length(), "", body);
        var target = target()) {
      assertThat(call(target, tokens(issuer, Authentication.BASIC)))
          .isEqualTo(uncalled("gave no usable token"));
      assertThat(target.connections()).isZero();
    }
  }

  @Test
  void a_caller_waits_for_a_token_no_longer_than_for_its_answer() throws Exception {
    try (var issuer =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  talk.awaitClose();
                });
        var target = target()) {
      var call = callOf(target, tokens(issuer, Authentication.BASIC), Duration.ofMillis(200));
      var answer = (Retryable) TargetClientTest.join(targets.call(call));
      assertThat(answer.code()).isEqualTo(Retryable.Code.TARGET_TIMEOUT);
    }
  }

  @Test
  void an_attempt_that_waits_for_a_token_can_be_canceled() throws Exception {
    try (var issuer =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  talk.awaitClose();
                });
        var target = target()) {
      var attempt = targets.call(callOf(target, tokens(issuer, Authentication.BASIC), LONG));
      attempt.cancel();
      assertThat(TargetClientTest.join(attempt)).isEqualTo(new TargetAnswer.Canceled());
      assertThat(target.connections()).isZero();
    }
  }

  @Test
  void a_token_endpoint_at_a_forbidden_address_is_blocked() throws Exception {
    var client =
        new AccessTokens.Client(
            TargetClientTest.url("http://127.0.0.2:1/"),
            "id",
            new Secret("s"),
            Optional.empty(),
            Authentication.BASIC,
            LONG);
    try (var target = target()) {
      var answer = (Final) call(target, new AccessTokens(client, egress, now::get));
      assertThat(answer.code()).isEqualTo(Final.Code.BLOCKED_ADDRESS);
      assertThat(client.toString()).contains("***");
    }
  }

  private AccessTokens tokens(ScriptedServer issuer, Authentication authentication) {
    var client =
        new AccessTokens.Client(
            TargetClientTest.url(issuer.url()),
            "an id:",
            new Secret("s&cret"),
            Optional.of("a b:c"),
            authentication,
            LONG);
    return new AccessTokens(client, egress, now::get);
  }

  private TargetAnswer call(ScriptedServer target, AccessTokens tokens) {
    return TargetClientTest.join(targets.call(callOf(target, tokens, LONG)));
  }

  private static TargetCall callOf(ScriptedServer target, AccessTokens tokens, Duration within) {
    return new TargetCall(
        "POST",
        TargetClientTest.url(target.url()),
        List.of(),
        Optional.empty(),
        new Credentials.OAuth2(tokens),
        /* once= */ false,
        within,
        1000,
        Optional.empty());
  }

  private static Retryable uncalled(String why) {
    return new Retryable(
        Retryable.Code.TARGET_FAILED,
        "The target was not called, because the token endpoint " + why + ".",
        Optional.empty(),
        true);
  }

  /** Gives token-1, token-2, and so on. */
  private static ScriptedServer issuer(int life) throws Exception {
    var count = new AtomicInteger();
    return ScriptedServer.start(
        talk -> {
          while (talk.read() != null) {
            talk.write(token("token-" + count.incrementAndGet(), "\"" + life + "\""));
          }
        });
  }

  private static ScriptedServer target() throws Exception {
    return ScriptedServer.start(
        talk -> {
          while (talk.read() != null) talk.write("HTTP/1.1 204 No Content\r\n\r\n");
        });
  }

  private static String token(String token, String life) {
    var body =
        "{\"access_token\":\"%s\",\"token_type\":\"bearer\",\"expires_in\":%s}"
            .formatted(token, life);
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }
}
