package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.server.http.Principal;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.Socket;
import java.time.InstantSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Waits as their events: work that ends, clients that leave, a server that stops, a store that fails. */
class WaitingClientsTest {
  private static final int PATIENCE_SECONDS = 30;

  private final Semaphore begun = new Semaphore(0);
  private final Semaphore ended = new Semaphore(0);
  private final CompletableFuture<Result> work = new CompletableFuture<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private GoldenServer server;

  @BeforeEach
  void start() throws IOException {
    var slow =
        OperationType.staged(
            "slow",
            (_, _) -> {
              started.countDown();
              return work;
            });
    server = new GoldenServer(new MemoryStore(InstantSource.system()), List.of(slow), counting());
  }

  @AfterEach
  void stop() {
    work.complete(Result.none());
    server.close();
  }

  /** Tells of each wait that begins and ends. */
  private Callers counting() {
    return new Callers() {
      @Override
      public int tenant(Principal who) {
        return 1;
      }

      @Override
      public Permit beginWait(Principal who) {
        begun.release();
        return ended::release;
      }

      @Override
      public Optional<Refusal> overQuota(Principal who) {
        return Optional.empty();
      }

      @Override
      public @Nullable Instant endOf(Principal who) {
        return null;
      }
    };
  }

  @Test
  void a_submit_that_waits_is_answered_when_the_work_ends() throws Exception {
    var reply = later("POST", "/v1/operations/slow", "Prefer: wait=30");
    awaitOne(begun);

    work.complete(Result.json("{\"n\": 1.0}"));

    assertThat(reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(200);
    assertThat(text(reply.join())).contains("\"result\":{\"n\": 1.0}");
    awaitOne(ended);
    assertThat(server.raincheck().operations().waits().count()).isZero();
  }

  @Test
  void a_poll_that_waits_is_answered_when_the_work_ends() throws Exception {
    var id = submit();
    var reply = later("GET", "/v1/operations/" + id + "?wait=30");
    awaitOne(begun);

    work.complete(Result.none());

    assertThat(reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS).status()).isEqualTo(200);
    awaitOne(ended);
  }

  @Test
  void a_poll_with_an_etag_is_answered_when_the_document_changes() throws Exception {
    var id = submit();
    started.await();
    var etag = send("GET", "/v1/operations/" + id).header("ETag").orElseThrow();
    var reply = later("GET", "/v1/operations/" + id + "?wait=30", "If-None-Match: " + etag);
    awaitOne(begun);

    server.raincheck().operations().cancel(1, OperationId.parse(id).orElseThrow(), null, null).join();

    var changed = reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(changed.status()).isEqualTo(202);
    assertThat(text(changed)).contains("\"status\":\"canceling\"");
    assertThat(changed.header("ETag")).isNotEqualTo(Optional.of(etag));
  }

  @Test
  void a_client_that_leaves_frees_its_wait_and_changes_nothing() throws Exception {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      var request = "POST /v1/operations/slow HTTP/1.1\r\nHost: x\r\nPrefer: wait=30\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(UTF_8));
      awaitOne(begun);
    }
    awaitOne(ended);
    assertThat(server.raincheck().operations().waits().count()).isZero();

    var list = text(send("GET", "/v1/operations"));
    assertThat(JsonMapper.shared().readTree(list).get("data").size()).isEqualTo(1);
    assertThat(list).contains("\"status\":\"running\"");
  }

  @Test
  void a_server_that_stops_ends_waits_early_and_tells_when_to_come_back() throws Exception {
    var submit = later("POST", "/v1/operations/slow", "Prefer: wait=30");
    awaitOne(begun);

    server.raincheck().operations().waits().release();

    var reply = submit.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(reply.status()).isEqualTo(202);
    assertThat(reply.header("Retry-After")).isEqualTo(Optional.of("1"));
    assertThat(reply.header("Raincheck-Outcome")).isEqualTo(Optional.of("accepted"));
  }

  @Test
  void an_operation_that_is_deleted_meanwhile_is_gone() throws Exception {
    var id = submit();
    work.complete(Result.none());
    assertThat(send("GET", "/v1/operations/" + id + "?wait=30").status()).isEqualTo(200);

    server.raincheck().operations().delete(1, OperationId.parse(id).orElseThrow(), null).join();

    var gone = send("GET", "/v1/operations/" + id + "?wait=30");
    assertThat(gone.status()).isEqualTo(410);
    assertThat(text(gone)).contains("\"code\":\"operation_gone\"");
  }

  @Test
  void a_key_of_what_is_deleted_is_gone_and_another_payload_is_still_refused() throws Exception {
    var reply = send("POST", "/v1/operations/slow", "Idempotency-Key: k", "Raincheck-Run-At: 2036-01-01T00:00:00Z");
    var id = OperationId.parse(id(reply)).orElseThrow();
    server.raincheck().operations().cancel(1, id, null, null).join();
    server.raincheck().operations().delete(1, id, null).join();

    var again = send("POST", "/v1/operations/slow", "Idempotency-Key: k");
    var other =
        RawExchange.send(
            server.port(), "POST", "/v1/operations/slow",
            List.of("Idempotency-Key: k", "Content-Type: application/json"), "1".getBytes(UTF_8));

    assertThat(again.status()).isEqualTo(410);
    assertThat(again.header("Raincheck-Outcome")).isEqualTo(Optional.of("not-accepted"));
    assertThat(other.status()).isEqualTo(422);
    assertThat(text(other)).contains("\"code\":\"idempotency_key_reused\"");
  }

  @Test
  void an_outcome_that_nobody_knows_is_not_told() throws Exception {
    server.raincheck().store().close();

    var submit = send("POST", "/v1/operations/slow", "Idempotency-Key: k");
    var waiting = send("POST", "/v1/operations/slow", "Prefer: wait=30");
    var poll = send("GET", "/v1/operations/op_00000000000000000000000000");

    assertThat(submit.status()).isEqualTo(500);
    assertThat(submit.header("Raincheck-Outcome")).isEmpty();
    assertThat(text(submit)).contains("\"code\":\"internal\"", "\"retryable\":true");
    assertThat(waiting.status()).isEqualTo(500);
    assertThat(server.raincheck().operations().waits().count()).isZero();
    assertThat(poll.status()).isEqualTo(503);
    assertThat(poll.header("Retry-After")).isPresent();
  }

  private String submit() throws IOException {
    return id(send("POST", "/v1/operations/slow"));
  }

  private static String id(RawExchange.Reply reply) {
    assertThat(reply.status()).isEqualTo(202);
    return JsonMapper.shared().readTree(reply.body()).get("id").stringValue();
  }

  private RawExchange.Reply send(String method, String target, String... headers) throws IOException {
    return RawExchange.send(server.port(), method, target, List.of(headers), new byte[0]);
  }

  private CompletableFuture<RawExchange.Reply> later(String method, String target, String... headers) {
    var reply = new CompletableFuture<RawExchange.Reply>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                reply.complete(send(method, target, headers));
              } catch (IOException broken) {
                reply.completeExceptionally(broken);
              }
            });
    return reply;
  }

  private static void awaitOne(Semaphore events) throws InterruptedException {
    assertThat(events.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static String text(RawExchange.Reply reply) {
    return new String(reply.body(), UTF_8);
  }
}
