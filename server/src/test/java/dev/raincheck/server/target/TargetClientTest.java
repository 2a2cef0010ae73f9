package dev.raincheck.server.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.config.Secret;
import dev.raincheck.server.egress.EgressClient;
import dev.raincheck.server.egress.EgressHeader;
import dev.raincheck.server.egress.EgressLimits;
import dev.raincheck.server.egress.EgressPolicy;
import dev.raincheck.server.egress.EgressRequest.Bytes;
import dev.raincheck.server.egress.ScriptedServer;
import dev.raincheck.server.egress.Url;
import dev.raincheck.server.target.TargetAnswer.CallsBack;
import dev.raincheck.server.target.TargetAnswer.Canceled;
import dev.raincheck.server.target.TargetAnswer.Final;
import dev.raincheck.server.target.TargetAnswer.Retryable;
import dev.raincheck.server.target.TargetAnswer.Success;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the contract's table, against servers that do just that. */
@Timeout(30)
class TargetClientTest {
  private static final int MAX = 10_000;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-24T12:00:00Z"));

  private final EgressClient egress =
      new EgressClient(
          EgressPolicy.forOperator(EgressPolicy.Allowed.of(List.of("127.0.0.1")), List.of()),
          EgressLimits.DEFAULT,
          name -> {
            throw new UnknownHostException(name);
          },
          "1",
          Optional.empty());
  private final TargetClient targets = new TargetClient(egress, CLOCK);

  @AfterEach
  void close() {
    egress.close();
  }

  @Test
  void a_body_is_the_result_with_its_media_type() throws Exception {
    var result = success("200 OK", "Content-Type: text/csv; header=present", "a,b").orElseThrow();
    assertThat(result.bytes()).asString().isEqualTo("a,b");
    assertThat(result.contentType()).isEqualTo("text/csv; header=present");
    assertThat(success("201 Created", "Location: /elsewhere", "x")).isPresent();
    assertThat(success("299 Odd", "X-Y: z", "x")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Y: z", "Content-Type:", "Content-Type: nonsense", "Content-Type: a/b/"})
  void a_body_without_a_readable_media_type_is_bytes(String header) throws Exception {
    assertThat(success("200 OK", header, "x").orElseThrow().contentType())
        .isEqualTo("application/octet-stream");
  }

  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "201 Created", "204 No Content", "205 Reset Content"})
  void no_body_is_no_result(String status) throws Exception {
    assertThat(success(status, "Content-Type: application/json", "")).isEmpty();
  }

  @Test
  void whatever_comes_with_205_is_no_result() throws Exception {
    assertThat(success("205 Reset Content", "Content-Type: text/plain", "junk")).isEmpty();
  }

  @Test
  void a_202_means_that_the_target_calls_back() throws Exception {
    assertThat(answer("202 Accepted", "Content-Type: application/json", "{}"))
        .isEqualTo(new CallsBack());
    assertThat(answer("202 Accepted", "X: y", "a".repeat(20 * MAX))).isEqualTo(new CallsBack());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 501, 502, 503, 504, 505, 520, 599})
  void these_statuses_are_retried(int status) throws Exception {
    assertThat(answer(status + " No", "Content-Type: text/plain", "secret words"))
        .isEqualTo(failed("The target answered " + status + ".", null));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0,                               0
          7,                               7
          007,                             7
          86400,                           86400
          86401,                           86400
          99999999999999999999,            86400
          'Tue, 24 Nov 2026 12:00:30 GMT', 30
          'Tuesday, 24-Nov-26 12:00:30 GMT', 30
          'Tue Nov 24 12:00:30 2026',      30
          'Tue, 24 Nov 2026 11:00:00 GMT', 0
          'Tue, 24 Nov 2099 11:00:00 GMT', 86400
          """)
  void retry_after_is_honoured_up_to_a_day(String value, long seconds) throws Exception {
    assertThat(answer("503 No", "Retry-After: " + value, ""))
        .isEqualTo(failed("The target answered 503.", Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "soon", "1 2", "Tue, 99 Nov 2026", "٣"})
  void an_unreadable_retry_after_is_ignored(String value) throws Exception {
    assertThat(answer("429 No", "Retry-After: " + value, ""))
        .isEqualTo(failed("The target answered 429.", null));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 406, 407, 409, 410, 413, 415, 417, 422, 426, 451})
  void any_other_4xx_is_final(int status) throws Exception {
    assertThat(rejected(status + " No", "X-Y: z", ""))
        .isEqualTo(
            new Final(
                Final.Code.TARGET_REJECTED,
                "The target answered " + status + ".",
                Optional.of("{\"status\":" + status + "}")));
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 305, 307, 308})
  void any_3xx_is_final_and_not_followed(int status) throws Exception {
    try (var canary = ScriptedServer.answering("HTTP/1.1 200 OK", "Content-Length: 0", "", "")) {
      assertThat(rejected(status + " Elsewhere", "Location: " + canary.url(), "").detail())
          .isEqualTo("The target answered " + status + "; redirects are not followed.");
      assertThat(canary.connections()).isZero();
    }
  }

  @Test
  void a_304_is_final_and_no_redirect() throws Exception {
    assertThat(rejected("304 Not Modified", "X-Y: z", "").detail())
        .isEqualTo("The target answered 304.");
  }

  @Test
  void a_targets_problem_is_told_as_it_is() throws Exception {
    var problem =
        "{\"type\":\"urn:x\",\"title\":\"No\",\"n\":1.50,\"errors\":[{\"pointer\":\"#/a\"}]}";
    assertThat(rejected("422 No", "Content-Type: application/problem+json", problem).details())
        .contains(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "{\"a\":1,\"a\":2}", "{\"a\":", "{} {}", "", "\"text\""})
  void a_problem_that_is_none_is_told_as_an_excerpt(String body) throws Exception {
    var details =
        rejected("400 No", "Content-Type: application/problem+json", body).details().orElseThrow();
    assertThat(details)
        .startsWith("{\"status\":400,\"content_type\":\"application/problem+json\"");
  }

  @Test
  void a_problem_nested_too_deeply_is_no_problem() throws Exception {
    var deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
    assertThat(rejected("400 No", "Content-Type: application/problem+json", deep).details())
        .hasValueSatisfying(details -> assertThat(details).startsWith("{\"status\":400"));
  }

  @Test
  void an_excerpt_is_short_and_harmless() throws Exception {
    var body = "a\r\n\tb\0c\u202e\u2028<script>" + "é".repeat(1000);
    var details = rejected("400 No", "Content-Type: text/html; charset=utf-8", body).details();
    assertThat(details)
        .contains(
            "{\"status\":400,\"content_type\":\"text/html\",\"excerpt\":\"a b c <script>"
                + "é".repeat(500 - "a b c <script>".length())
                + "…\"}");
  }

  @Test
  void nothing_is_told_of_a_body_that_is_no_text() throws Exception {
    assertThat(rejected("400 No", "Content-Type: image/png", "PNG").details())
        .contains("{\"status\":400,\"content_type\":\"image/png\"}");
    assertThat(rejected("400 No", "Content-Type: <x>", "PNG").details())
        .contains("{\"status\":400}");
  }

  @Test
  void a_huge_refusal_is_a_refusal_all_the_same() throws Exception {
    var details = rejected("400 No", "Content-Type: text/plain", "a".repeat(1_000_000)).details();
    assertThat(details.orElseThrow()).hasSizeLessThan(600);
    assertThat(answer("500 No", "X: y", "a".repeat(1_000_000)))
        .isEqualTo(failed("The target answered 500.", null));
  }

  @Test
  void an_answer_past_the_types_limit_is_final() throws Exception {
    assertThat(success("200 OK", "X: y", "a".repeat(MAX)).orElseThrow().bytes()).hasSize(MAX);
    assertThat(answer("200 OK", "X: y", "a".repeat(MAX + 1)))
        .isEqualTo(
            new Final(
                Final.Code.TARGET_RESPONSE_TOO_LARGE,
                "The target's answer is longer than this type allows.",
                Optional.empty()));
  }

  @Test
  void an_address_that_the_guard_refuses_is_final_and_not_told() {
    var answer = (Final) join(targets.call(call("http://127.0.0.2:1/", LONG)));
    assertThat(answer.code()).isEqualTo(Final.Code.BLOCKED_ADDRESS);
    assertThat(answer.toString()).doesNotContain("127.0.0.2");
  }

  @Test
  void an_unknown_name_is_retried_and_not_told() {
    assertThat(join(targets.call(call("http://nowhere.test/", LONG))))
        .isEqualTo(failed("The call to the target failed (dns_error).", null));
  }

  @Test
  void a_refused_connection_is_retried() throws Exception {
    int port;
    try (var listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = listener.getLocalPort();
    }
    assertThat(join(targets.call(call("http://127.0.0.1:" + port + "/", LONG))))
        .isEqualTo(failed("The call to the target failed (connection_refused).", null));
  }

  @Test
  void a_target_that_speaks_no_tls_is_retried() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.awaitBegin(); // else the client may fail while it still writes
              talk.write("HTTP/1.1 400 No\r\n\r\n");
              talk.awaitClose();
            })) {
      // Which half of the connection notices first is the system's choice.
      assertThat(join(targets.call(call("https://127.0.0.1:" + server.port() + "/", LONG))))
          .isIn(
              failed("The call to the target failed (tls_error).", null),
              failed("The call to the target failed (connection_closed).", null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort', connection_closed",
    "'HTTP/1.1 400 No\r\nContent-Length: 10\r\n\r\nshort', connection_closed",
    "'', connection_closed",
    "'nonsense\r\n\r\n', invalid_http",
    "'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx', content_encoding"
  })
  void truncated_and_invalid_http_is_retried(String answer, String fault) throws Exception {
    try (var server = ScriptedServer.answering(answer)) {
      assertThat(join(targets.call(call(server.url(), LONG))))
          .isEqualTo(failed("The call to the target failed (" + fault + ").", null));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HTTP/1.1 400 No\r\n\r\n"})
  void an_answer_that_is_not_whole_in_time_is_a_timeout(String beginning) throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write(beginning);
              if (beginning.isEmpty()) talk.awaitClose();
              talk.drip("a");
            })) {
      assertThat(join(targets.call(call(server.url(), SHORT))))
          .isEqualTo(
              new Retryable(
                  Retryable.Code.TARGET_TIMEOUT,
                  "The target did not answer in time (timeout).",
                  Optional.empty(),
                  true));
    }
  }

  @Test
  void a_canceled_attempt_closes_the_connection() throws Exception {
    var asked = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              asked.countDown();
              talk.awaitClose();
              closed.countDown();
            })) {
      TargetAttempt attempt = targets.call(call(server.url(), LONG));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      attempt.cancel();
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(join(attempt)).isEqualTo(new Canceled());
    }
  }

  @Test
  void a_configured_header_is_sent_and_never_printed() throws Exception {
    try (var server = ScriptedServer.answering("HTTP/1.1 204 No Content", "", "")) {
      var credentials = new Credentials.Header("X-Api-Key", new Secret("canary"));
      var call =
          new TargetCall(
              "PUT",
              url(server.url()),
              List.of(new EgressHeader("Raincheck-Attempt", "1")),
              Optional.of(new Bytes("in".getBytes(UTF_8), Optional.of("text/plain"))),
              credentials,
              /* once= */ false,
              LONG,
              MAX,
              Optional.empty());

      assertThat(join(targets.call(call))).isEqualTo(new Success(Optional.empty()));
      var seen = server.requests().getFirst();
      assertThat(seen.line()).isEqualTo("PUT / HTTP/1.1");
      assertThat(seen.header("x-api-key")).isEqualTo("canary");
      assertThat(seen.header("raincheck-attempt")).isEqualTo("1");
      assertThat(seen.body()).isEqualTo("in");
      assertThat(call.toString()).doesNotContain("canary");
    }
  }

  private Optional<TargetAnswer.Result> success(String status, String header, String body)
      throws Exception {
    return ((Success) answer(status, header, body)).result();
  }

  private Final rejected(String status, String header, String body) throws Exception {
    return (Final) answer(status, header, body);
  }

  private TargetAnswer answer(String status, String header, String body) throws Exception {
    int length = body.getBytes(UTF_8).length;
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 " + status, header, "Content-Length: " + length, "", body)) {
      return join(targets.call(call(server.url(), LONG)));
    }
  }

  private static Retryable failed(String detail, Duration retryAfter) {
    return new Retryable(
        Retryable.Code.TARGET_FAILED, detail, Optional.ofNullable(retryAfter), true);
  }

  private static TargetCall call(String url, Duration within) {
    return new TargetCall(
        "POST",
        url(url),
        List.of(),
        Optional.empty(),
        new Credentials.None(),
        /* once= */ false,
        within,
        MAX,
        Optional.empty());
  }

  static Url url(String text) {
    return ((Url.Parsed.Ok) Url.parse(text)).url();
  }

  static TargetAnswer join(TargetAttempt attempt) {
    return attempt.answer().toCompletableFuture().join();
  }
}
