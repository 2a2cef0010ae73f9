package dev.raincheck.server.target;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.Retry;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.config.Secret;
import dev.raincheck.server.config.TargetAuth;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.egress.ScriptedServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PushHandlerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @Test
  void a_target_is_told_everything_about_its_attempt() throws Exception {
    try (var target = answering("200 OK", "Content-Type: application/json", "{\"ok\":true}");
        var house = house(target)) {
      var what =
          new NewOperation(
              PushHouse.TENANT,
              PushHouse.TYPE,
              PushHouse.INPUT,
              null,
              null,
              null,
              Map.of(),
              List.of(),
              "order-7",
              "00-" + TRACE + "-00f067aa0ba902b7-01",
              null,
              new byte[0],
              null,
              null);
      var id = house.submit(what);
      var done = house.done(id);

      var payload = (Payload.Inline) ((State.Succeeded) done.state()).result();
      assertThat(payload.bytes()).asString().isEqualTo("{\"ok\":true}");
      assertThat(payload.mediaType()).isEqualTo("application/json");

      var seen = target.requests().getFirst();
      assertThat(seen.line()).isEqualTo("POST /work?x=1 HTTP/1.1");
      assertThat(seen.body()).isEqualTo("{\"n\":1}");
      assertThat(seen.headers().keySet())
          .containsExactlyInAnyOrder(
              "accept-encoding",
              "authorization",
              "content-length",
              "content-type",
              "correlation-id",
              "host",
              "idempotency-key",
              "raincheck-attempt",
              "raincheck-callback-url",
              "raincheck-deadline-at",
              "raincheck-epoch",
              "raincheck-operation-id",
              "raincheck-type",
              "traceparent",
              "user-agent",
              "x-team");
      assertThat(seen.header("content-type")).isEqualTo("application/json");
      assertThat(seen.header("raincheck-operation-id")).isEqualTo(id.text());
      assertThat(seen.header("idempotency-key")).isEqualTo(id.text());
      assertThat(seen.header("raincheck-type")).isEqualTo(PushHouse.TYPE);
      assertThat(seen.header("raincheck-attempt")).isEqualTo("1");
      assertThat(seen.header("raincheck-epoch")).isEqualTo("1");
      assertThat(seen.header("correlation-id")).isEqualTo("order-7");
      assertThat(seen.header("accept-encoding")).isEqualTo("identity");
      assertThat(seen.header("user-agent")).isEqualTo("Raincheck/1.2.3");
      assertThat(seen.header("authorization")).isEqualTo("Bearer key");
      assertThat(seen.header("x-team")).isEqualTo("blue");
      assertThat(seen.header("raincheck-callback-url"))
          .matches("http://127\\.0\\.0\\.1:\\d+/v1/callbacks/[A-Za-z0-9_-]{102}");
      assertThat(seen.header("raincheck-deadline-at"))
          .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
      assertThat(Instant.parse(seen.header("raincheck-deadline-at")))
          .isBetween(done.createdAt(), done.createdAt().plusSeconds(40));
      assertThat(seen.header("traceparent"))
          .matches("00-" + TRACE + "-(?!00f067aa0ba902b7)[0-9a-f]{16}-01");
    }
  }

  @Test
  void without_input_trace_and_correlation_there_is_less_to_tell() throws Exception {
    try (var target = answering("204 No Content", "X-Y: z", "");
        var house = house(target)) {
      var id = house.submit(NewOperation.of(PushHouse.TENANT, PushHouse.TYPE, null));

      assertThat(house.done(id).state()).isEqualTo(new State.Succeeded(null));
      var seen = target.requests().getFirst();
      assertThat(seen.headers()).doesNotContainKeys("content-type", "traceparent", "causation-id");
      assertThat(seen.header("content-length")).isEqualTo("0");
      assertThat(seen.header("correlation-id")).isEqualTo(id.text());
    }
  }

  @Test
  void every_attempt_has_its_number_and_span_but_the_same_key() throws Exception {
    var count = new AtomicInteger();
    try (var target =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  talk.write(
                      count.incrementAndGet() < 3
                          ? "HTTP/1.1 503 No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
                          : "HTTP/1.1 204 No Content\r\n\r\n");
                });
        var house = house(target)) {
      var id = house.submit();
      var done = house.done(id);

      assertThat(done.state()).isEqualTo(new State.Succeeded(null));
      assertThat(done.moment().attempt()).isEqualTo(3);
      assertThat(target.requests())
          .extracting(seen -> seen.header("raincheck-attempt"))
          .containsExactly("1", "2", "3");
      assertThat(target.requests())
          .extracting(seen -> seen.header("raincheck-epoch"))
          .containsExactly("1", "2", "3");
      assertThat(target.requests())
          .extracting(seen -> seen.header("raincheck-callback-url"))
          .doesNotHaveDuplicates();
      assertThat(target.requests())
          .allSatisfy(seen -> assertThat(seen.header("idempotency-key")).isEqualTo(id.text()));
    }
  }

  @Test
  void a_retry_names_its_cause() throws Exception {
    try (var target = answering("400 No", "X-Y: z", "");
        var house = house(target)) {
      var old = house.submit();
      house.done(old);
      var again =
          (Submitted.Accepted)
              house
                  .operations()
                  .retry(PushHouse.TENANT, old, Retry.PLAIN)
                  .get(10, TimeUnit.SECONDS);
      house.done(again.operation().id());

      var seen = target.requests().getLast();
      assertThat(seen.header("causation-id")).isEqualTo(old.text());
      assertThat(seen.header("correlation-id")).isEqualTo(old.text());
      assertThat(seen.body()).isEqualTo("{\"n\":1}");
    }
  }

  @Test
  void a_target_that_keeps_failing_exhausts_the_attempts() throws Exception {
    try (var target = answering("500 No", "X-Y: z", "stack trace");
        var house = house(target)) {
      var failed = (State.Failed) house.done(house.submit()).state();
      assertThat(failed.failure())
          .isEqualTo(
              new Failure(
                  "target_failed", 502, "The target failed", "The target answered 500.", true));
      assertThat(failed.dead()).isTrue();
      assertThat(target.requests()).hasSize(3);
    }
  }

  @Test
  void a_rejection_is_final_and_tells_the_targets_problem() throws Exception {
    try (var target =
            answering("422 No", "Content-Type: application/problem+json", "{\"title\":\"No\"}");
        var house = house(target)) {
      var failure = failure(house.done(house.submit()));
      assertThat(failure.code()).isEqualTo("target_rejected");
      assertThat(failure.status()).isEqualTo(422);
      assertThat(failure.retryable()).isFalse();
      assertThat(failure.details()).isEqualTo("[{\"title\":\"No\"}]");
      assertThat(target.requests()).hasSize(1);
    }
  }

  @Test
  void a_result_past_the_limit_is_final() throws Exception {
    try (var target = answering("200 OK", "X-Y: z", "a".repeat(1001));
        var house = house(target)) {
      assertThat(failure(house.done(house.submit())).code())
          .isEqualTo("target_response_too_large");
    }
  }

  @Test
  void a_silent_target_times_out() throws Exception {
    try (var target =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  talk.awaitClose();
                });
        var house =
            new PushHouse(config(target), PushHouse.promise(2, LONG), Duration.ofMillis(150))) {
      var failure = failure(house.done(house.submit()));
      assertThat(failure.code()).isEqualTo("target_timeout");
      assertThat(failure.status()).isEqualTo(504);
      assertThat(target.requests()).hasSize(2);
    }
  }

  @Test
  void a_public_name_that_resolves_to_us_is_blocked() throws Exception {
    try (var canary = answering("204 No Content", "X-Y: z", "")) {
      var config = TargetConfig.of(URI.create("http://api.example.com:" + canary.port() + "/"));
      try (var house = new PushHouse(config, PushHouse.QUICK, LONG)) {
        var failure = failure(house.done(house.submit()));
        assertThat(failure.code()).isEqualTo("blocked_address");
        assertThat(failure.toString()).doesNotContain("127.0.0.1");
        assertThat(canary.connections()).isZero();
      }
    }
  }

  @Test
  void a_private_name_needs_no_more_than_the_targets_url() throws Exception {
    try (var target = answering("204 No Content", "X-Y: z", "")) {
      var config = TargetConfig.of(URI.create("http://localhost:" + target.port() + "/"));
      try (var house = new PushHouse(config, PushHouse.QUICK, LONG)) {
        assertThat(house.done(house.submit()).state()).isEqualTo(new State.Succeeded(null));
      }
    }
  }

  @Test
  void a_cancel_closes_the_connection_and_ends_the_operation() throws Exception {
    var asked = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    try (var target =
            ScriptedServer.start(
                talk -> {
                  talk.read();
                  asked.countDown();
                  talk.awaitClose();
                  closed.countDown();
                });
        var house = house(target)) {
      var id = house.submit();
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      house.operations().cancel(PushHouse.TENANT, id, "no more", null).get(10, TimeUnit.SECONDS);

      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(house.done(id).state()).isEqualTo(new State.Canceled("no more"));
      assertThat(target.requests()).hasSize(1);
    }
  }

  @Test
  void input_without_bytes_keeps_its_media_type() throws Exception {
    try (var target = answering("204 No Content", "X-Y: z", "");
        var house = house(target)) {
      var empty = new Input(new byte[0], "text/plain");
      house.done(house.submit(NewOperation.of(PushHouse.TENANT, PushHouse.TYPE, empty)));
      assertThat(target.requests().getFirst().header("content-type")).isEqualTo("text/plain");
      assertThat(target.requests().getFirst().header("content-length")).isEqualTo("0");
    }
  }

  private static Failure failure(Operation operation) {
    return ((State.Failed) operation.state()).failure();
  }

  private static PushHouse house(ScriptedServer target) throws Exception {
    return new PushHouse(config(target), PushHouse.QUICK, LONG);
  }

  private static TargetConfig config(ScriptedServer target) {
    return new TargetConfig(
        URI.create(target.url() + "work?x=1"),
        TargetConfig.Method.POST,
        Map.of("X-Team", new Secret("blue")),
        new TargetAuth.Header("Authorization", new Secret("Bearer key")),
        1000);
  }

  private static ScriptedServer answering(String status, String header, String body)
      throws Exception {
    int length = body.getBytes(UTF_8).length;
    return ScriptedServer.answering(
        "HTTP/1.1 " + status, header, "Content-Length: " + length, "", body);
  }
}
