package dev.raincheck.server.target;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.State;
import dev.raincheck.server.config.TargetAuth;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.egress.ScriptedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that answer 202 and call back, over real sockets and with the whole engine behind. */
@Timeout(60)
class CallbackRoutesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  private final HttpClient http = HttpClient.newHttpClient();

  /** Where the attempts called back to, in order. */
  private final BlockingQueue<String> urls = new LinkedBlockingQueue<>();

  private ScriptedServer target;
  private PushHouse house;

  @BeforeEach
  void start() throws Exception {
    target =
        ScriptedServer.start(
            talk -> {
              for (var asked = talk.read(); asked != null; asked = talk.read()) {
                urls.add(asked.header("raincheck-callback-url"));
                talk.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
              }
            });
    house = new PushHouse(config(), PushHouse.QUICK, LONG);
  }

  @AfterEach
  void stop() throws Exception {
    house.close();
    target.close();
    http.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, "text/csv; header=present", "application/octet-stream", "a/b"})
  void any_body_is_the_result(String mediaType) throws Exception {
    var id = house.submit();
    assertThat(post(url(), mediaType, "{broken").statusCode()).isEqualTo(204);

    var payload = (Payload.Inline) ((State.Succeeded) house.done(id).state()).result();
    assertThat(payload.bytes()).asString().isEqualTo("{broken");
    assertThat(payload.mediaType()).isEqualTo(mediaType);
  }

  @Test
  void an_empty_body_is_no_result() throws Exception {
    var id = house.submit();
    assertThat(post(url(), null, "").statusCode()).isEqualTo(204);
    assertThat(house.done(id).state()).isEqualTo(new State.Succeeded(null));
  }

  @Test
  void the_same_again_is_fine_and_another_end_is_not() throws Exception {
    var id = house.submit();
    String url = url();
    assertThat(post(url, JSON, "1").statusCode()).isEqualTo(204);
    var done = house.done(id);

    assertThat(post(url, JSON, "1").statusCode()).isEqualTo(204);
    assertRefused(post(url, JSON, "2"), 409, "lease_lost");
    assertRefused(post(url, "text/plain", "1"), 409, "lease_lost");
    assertRefused(post(url, null, ""), 409, "lease_lost");
    assertRefused(post(url, PROBLEM, "{}"), 409, "lease_lost");
    assertRefused(post(url + "/progress", JSON, "{}"), 409, "lease_lost");
    assertThat(house.operation(id)).isEqualTo(done);
  }

  @Test
  void a_result_without_a_media_type_is_not_taken() throws Exception {
    var id = house.submit();
    String url = url();
    assertRefused(post(url, null, "1"), 415, "unsupported_media_type");
    assertRefused(post(url, "nonsense", "1"), 415, "unsupported_media_type");
    assertRunning(id);
  }

  @Test
  void a_result_that_is_too_long_is_not_taken() throws Exception {
    var id = house.submit();
    String url = url();
    assertRefused(post(url, "text/plain", "a".repeat(1001)), 413, "payload_too_large");
    assertRefused(post(url, "text/plain", "a".repeat(100_000)), 413, "payload_too_large");
    assertRunning(id);
    assertThat(post(url, "text/plain", "a".repeat(1000)).statusCode()).isEqualTo(204);
    assertThat(house.done(id).state()).isInstanceOf(State.Succeeded.class);
  }

  @Test
  void a_problem_with_a_code_of_its_own_keeps_it() throws Exception {
    var id = house.submit();
    var problem =
        "{\"code\":\"x_no_paper\",\"status\":507,\"title\":\"No paper\",\"detail\":\"Tray 2\","
            + "\"n\":1}";
    String url = url();
    assertThat(post(url, PROBLEM, problem).statusCode()).isEqualTo(204);

    assertThat(failure(house.done(id)))
        .isEqualTo(
            new Failure("x_no_paper", 507, "No paper", "Tray 2", false, "[" + problem + "]"));
    assertThat(post(url, PROBLEM, problem).statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "~{}~, The target reported a failure",
        "~{\"code\":\"internal\",\"status\":500,\"title\":\"Oh\"}~, Oh",
        "~{\"code\":\"X_UPPER\",\"detail\":\"a\\r\\nb\"}~, a b",
        "~{\"code\":7,\"title\":[],\"detail\":null,\"retryable\":\"true\"}~,"
            + " The target reported a failure",
        "~{\"code\":\"target_failed\",\"retryable\":false,\"detail\":\"d\"}~, d"
      })
  void any_other_problem_is_a_rejection(String problem, String detail) throws Exception {
    var id = house.submit();
    assertThat(post(url(), PROBLEM + "; charset=utf-8", problem).statusCode()).isEqualTo(204);

    var failure = failure(house.done(id));
    assertThat(failure.code()).isEqualTo("target_rejected");
    assertThat(failure.status()).isEqualTo(422);
    assertThat(failure.detail()).isEqualTo(detail);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.details()).startsWith("[{").endsWith("}]");
    assertThat(target.requests()).hasSize(1);
  }

  @Test
  void a_status_that_is_no_failures_becomes_422() throws Exception {
    var id = house.submit();
    post(url(), PROBLEM, "{\"code\":\"x_odd\",\"status\":200}");
    assertThat(failure(house.done(id)).status()).isEqualTo(422);
  }

  @Test
  void a_retryable_problem_is_followed_by_another_attempt() throws Exception {
    var id = house.submit();
    String first = url();
    var problem = "{\"code\":\"x_later\",\"status\":503,\"retryable\":true}";
    assertThat(post(first, PROBLEM, problem).statusCode()).isEqualTo(204);

    String second = url();
    assertRefused(post(first, JSON, "1"), 409, "lease_lost");
    assertThat(post(second, JSON, "2").statusCode()).isEqualTo(204);
    var done = house.done(id);
    assertThat(done.moment().attempt()).isEqualTo(2);
    assertThat(done.moment().lastError().retryable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "\"x\"", "{", "{\"a\":1,\"a\":2}", "nonsense"})
  void a_problem_that_cannot_be_read_ends_nothing(String body) throws Exception {
    var id = house.submit();
    assertRefused(post(url(), PROBLEM, body), 400, "invalid_request");
    assertRunning(id);
  }

  @Test
  void a_token_that_is_not_ours_is_unknown() throws Exception {
    var id = house.submit();
    String url = url();
    String last = url.endsWith("A") ? "B" : "A";
    String forged = url.substring(0, url.length() - 1) + last;
    String base = url.substring(0, url.lastIndexOf('/') + 1);

    assertRefused(post(forged, JSON, "1"), 404, "not_found");
    assertRefused(post(forged + "/progress", JSON, "{}"), 404, "not_found");
    assertRefused(post(base + "x", JSON, "1"), 404, "not_found");
    assertRefused(post(base + id.text(), null, "1"), 404, "not_found");
    assertRunning(id);
  }

  @Test
  void progress_is_seen_while_the_target_works() throws Exception {
    var id = house.submit();
    String url = url();
    var progress =
        "{\"percent\":12.5,\"current\":3,\"total\":24,\"unit\":\"page\",\"message\":\"rendering\","
            + "\"eta_at\":\"2026-11-24T13:00:00+01:00\"}";
    assertThat(post(url + "/progress", JSON, progress).statusCode()).isEqualTo(204);

    assertThat(house.operation(id).progress())
        .isEqualTo(
            new Progress(
                12.5, 3.0, 24.0, "page", "rendering", Instant.parse("2026-11-24T12:00:00Z")));
    assertThat(post(url + "/progress", null, "").statusCode()).isEqualTo(204);
    assertThat(post(url + "/progress", JSON, "{\"percent\":null}").statusCode()).isEqualTo(204);
    assertRunning(id);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "application/json, ~[]~, 400, invalid_request, ~~",
        "application/json, ~{~, 400, invalid_request, ~~",
        "application/json, ~{\"done\":true}~, 400, unknown_field, #/done",
        "application/json, ~{\"current\":\"3\"}~, 400, invalid_request, #/current",
        "application/json, ~{\"message\":3}~, 400, invalid_request, #/message",
        "application/json, ~{\"percent\":101}~, 422, validation_failed, #/percent",
        "application/json, ~{\"current\":-1}~, 422, validation_failed, #/current",
        "application/json, ~{\"total\":1e999}~, 422, validation_failed, #/total",
        "application/json, ~{\"eta_at\":\"soon\"}~, 422, validation_failed, #/eta_at",
        "text/plain, ~{}~, 415, unsupported_media_type, ~~"
      })
  void progress_that_makes_no_sense_is_refused(
      String mediaType, String body, int status, String code, String pointer) throws Exception {
    var id = house.submit();
    var answer = post(url() + "/progress", mediaType, body);
    assertRefused(answer, status, code);
    if (!pointer.isEmpty()) assertThat(answer.body()).contains("\"pointer\":\"" + pointer + "\"");
    assertThat(house.operation(id).progress()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"message, 500", "unit, 40"})
  void texts_of_progress_have_limits(String member, int most) throws Exception {
    house.submit();
    String url = url() + "/progress";
    String body = "{\"" + member + "\":\"%s\"}";
    assertThat(post(url, JSON, body.formatted("é".repeat(most))).statusCode()).isEqualTo(204);
    assertRefused(
        post(url, JSON, body.formatted("é".repeat(most + 1))), 422, "validation_failed");
  }

  @Test
  void a_target_learns_from_progress_that_it_should_stop() throws Exception {
    var id = house.submit();
    String url = url();
    detached(id);
    cancel(id);
    var answer = post(url + "/progress", JSON, "{\"current\":1}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"cancel_requested\":true}");

    assertThat(post(url, PROBLEM, "{\"retryable\":true}").statusCode()).isEqualTo(204);
    assertThat(house.done(id).state()).isInstanceOf(State.Canceled.class);
    assertThat(target.requests()).hasSize(1);
  }

  @Test
  void a_result_that_comes_after_a_cancel_is_kept() throws Exception {
    var id = house.submit();
    String url = url();
    detached(id);
    cancel(id);
    assertThat(post(url, JSON, "1").statusCode()).isEqualTo(204);
    var done = house.done(id);
    assertThat(done.state()).isInstanceOf(State.Succeeded.class);
    assertThat(done.moment().cancelRequested()).isTrue();
  }

  @Test
  void a_target_that_never_calls_back_times_out_and_is_asked_again() throws Exception {
    house.close();
    house = new PushHouse(config(), PushHouse.promise(2, Duration.ofMillis(400)), LONG);
    var failure = failure(house.done(house.submit()));
    assertThat(failure.code()).isEqualTo("target_timeout");
    assertThat(urls).hasSize(2);

    String late = urls.take();
    assertRefused(post(late, JSON, "1"), 409, "lease_lost");
    assertRefused(post(late + "/progress", JSON, "{}"), 409, "lease_lost");
  }

  @Test
  void tokens_do_not_get_into_logs() throws Exception {
    house.submit();
    String url = url();
    String token = url.substring(url.lastIndexOf('/') + 1);
    post(url.replace("/callbacks/", "/%63allbacks/") + "/progress", JSON, "{}");
    post(url + "/nowhere", JSON, "{}");
    var get = HttpRequest.newBuilder(URI.create(url)).build();
    assertThat(http.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    post(url, JSON, "1");

    // A request is logged once its answer has left, so closing makes all of them be there.
    house.close();
    assertThat(house.logged)
        .hasSize(4)
        .allSatisfy(line -> assertThat(line).contains("/v1/callbacks/***").doesNotContain(token));
  }

  @Test
  void a_slot_is_free_again_after_each_call_back() throws Exception {
    // The type has one slot, so each operation needs that of the one before.
    for (int i = 0; i < 5; i++) {
      var id = house.submit();
      post(url(), JSON, "" + i);
      assertThat(house.done(id).state()).isInstanceOf(State.Succeeded.class);
    }
  }

  @Test
  void a_target_may_call_back_before_it_answers() throws Exception {
    target.close();
    house.close();
    target =
        ScriptedServer.start(
            talk -> {
              String url = talk.read().header("raincheck-callback-url");
              assertThat(post(url, JSON, "1").statusCode()).isEqualTo(204);
              talk.write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
            });
    house = new PushHouse(config(), PushHouse.QUICK, LONG);
    for (int i = 0; i < 20; i++) {
      assertThat(house.done(house.submit()).state()).isInstanceOf(State.Succeeded.class);
    }
  }

  private TargetConfig config() {
    return new TargetConfig(
        URI.create(target.url()),
        TargetConfig.Method.POST,
        Map.of(),
        new TargetAuth.None(),
        1000);
  }

  /** The next attempt's URL. */
  private String url() throws InterruptedException {
    String url = urls.poll(20, TimeUnit.SECONDS);
    assertThat(url).isNotNull();
    return url;
  }

  /** Waits until our side has taken in the target's 202. */
  private void detached(OperationId id) throws Exception {
    house.until(
        id, operation -> operation.state() instanceof State.Running(var owner, _, _) && owner == 0);
  }

  private void cancel(OperationId id) throws Exception {
    house.operations().cancel(PushHouse.TENANT, id, null, null).get(10, TimeUnit.SECONDS);
  }

  private void assertRunning(OperationId id) {
    assertThat(house.operation(id).state()).isInstanceOf(State.Running.class);
  }

  private static void assertRefused(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains(PROBLEM);
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
  }

  private static Failure failure(Operation operation) {
    return ((State.Failed) operation.state()).failure();
  }

  private HttpResponse<String> post(String url, String mediaType, String body) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.ofString(body));
    if (mediaType != null) request.header("Content-Type", mediaType);
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
