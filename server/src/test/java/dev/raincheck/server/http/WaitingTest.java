package dev.raincheck.server.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.protocol.ProblemCode;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers that come later, clients that leave before, and stopping while some wait. */
@Timeout(60)
class WaitingTest {
  private static final String WAIT = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Response OK = Response.status(200).json(TestServer.OK);

  private final BlockingQueue<CompletableFuture<Answer.Now>> waiting = new LinkedBlockingQueue<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final Route route = Route.get("/wait", request -> later()).forAnyone();

  private Answer later() {
    var answer = new CompletableFuture<Answer.Now>();
    waiting.add(answer);
    return new Answer.Later(answer, gone::countDown);
  }

  @Test
  void a_later_answer_arrives_and_the_connection_goes_on() throws Exception {
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(WAIT);
        waiting.take().complete(OK);
        assertThat(status(client)).isEqualTo(200);
      }
      assertThat(status(client.send(HEALTH))).isEqualTo(200);
    }
  }

  @Test
  void an_answer_that_is_ready_is_sent_at_once() throws Exception {
    Answer ready = new Answer.Later(CompletableFuture.completedFuture(OK), gone::countDown);
    var route = Route.get("/ready", request -> ready).forAnyone();
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.connect()) {
      assertThat(status(client.send("GET /ready HTTP/1.1\r\nHost: a\r\n\r\n"))).isEqualTo(200);
      assertThat(gone.getCount()).isEqualTo(1);
    }
  }

  @Test
  void a_later_answer_may_be_a_refusal_or_fail() throws Exception {
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.connect()) {
      client.send(WAIT);
      waiting.take().complete(Refusal.of(ProblemCode.OPERATION_GONE, "It is gone."));
      assertThat(status(client)).isEqualTo(410);

      client.send(WAIT);
      var refused = new RefusedException(ProblemCode.OPERATION_CANCELED, "It was canceled.");
      waiting.take().completeExceptionally(refused);
      assertThat(status(client)).isEqualTo(409);

      client.send(WAIT);
      waiting.take().completeExceptionally(new IllegalStateException("broken"));
      assertThat(status(client)).isEqualTo(500);
    }
  }

  @Test
  void a_client_that_leaves_while_waiting_frees_what_waited() throws Exception {
    try (var server = new TestServer(Limits.gone(ofMillis(20)), route)) {
      var client = server.connect();
      client.send(WAIT);
      waiting.take();
      client.close();

      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.finished.take().status()).isEqualTo(499);
      assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    }
  }

  @Test
  void a_client_that_stays_is_answered_though_it_was_watched() throws Exception {
    try (var server = new TestServer(Limits.gone(ofMillis(1)), route);
        var client = server.connect()) {
      for (int i = 0; i < 3; i++) {
        client.send(WAIT);
        var answer = waiting.take();
        assertThat(client.hasInput(100)).isFalse(); // by now it is watched
        answer.complete(OK);
        assertThat(status(client)).isEqualTo(200);
      }
      assertThat(gone.getCount()).isEqualTo(1);
    }
  }

  @Test
  void a_request_that_comes_while_another_waits_is_answered_after_it() throws Exception {
    try (var server = new TestServer(Limits.gone(ofMillis(1)), route);
        var client = server.connect()) {
      client.send(WAIT);
      var answer = waiting.take();
      assertThat(client.hasInput(100)).isFalse(); // by now it is watched
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n");
      assertThat(client.hasInput(50)).isFalse();
      client.send("b".repeat(5000) + HEALTH);
      assertThat(client.hasInput(50)).isFalse();
      answer.complete(OK);

      assertThat(status(client)).isEqualTo(200);
      var echo = client.reply();
      assertThat(echo).isNotNull();
      assertThat(echo.text()).isEqualTo("b".repeat(5000));
      assertThat(status(client)).isEqualTo(200);
    }
  }

  @Test
  void a_wait_outlives_the_idle_time() throws Exception {
    try (var server = new TestServer(Limits.idle(ofMillis(100)), route);
        var client = server.connect()) {
      client.send(WAIT);
      var answer = waiting.take();
      assertThat(client.hasInput(500)).isFalse();
      answer.complete(OK);

      assertThat(status(client)).isEqualTo(200);
    }
  }

  @Test
  void three_hundred_wait_at_once_and_all_are_answered() throws Exception {
    var clients = new ArrayList<RawClient>();
    try (var server = new TestServer(HttpLimits.DEFAULT, route)) {
      for (int i = 0; i < 300; i++) clients.add(server.connect().send(WAIT));
      var answers = new ArrayList<CompletableFuture<Answer.Now>>();
      while (answers.size() < 300) answers.add(waiting.take());
      assertThat(server.http.requests()).isEqualTo(300);
      answers.forEach(answer -> answer.complete(OK));

      for (var client : clients) assertThat(status(client)).isEqualTo(200);
    } finally {
      closeAll(clients);
    }
  }

  @Test
  void three_hundred_block_at_once_and_all_are_answered() throws Exception {
    var clients = new ArrayList<RawClient>();
    var inside = new CountDownLatch(300);
    var route = Route.get("/block", request -> blockUntilAllAre(inside)).forAnyone();
    try (var server = new TestServer(HttpLimits.DEFAULT, route)) {
      for (int i = 0; i < 300; i++) {
        clients.add(server.connect().send("GET /block HTTP/1.1\r\nHost: a\r\n\r\n"));
      }
      for (var client : clients) assertThat(status(client)).isEqualTo(200);
    } finally {
      closeAll(clients);
    }
  }

  private static Answer blockUntilAllAre(CountDownLatch inside) {
    inside.countDown();
    try {
      inside.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return Thread.currentThread().isVirtual() ? OK : Response.status(204).empty();
  }

  @Test
  void a_drain_answers_who_is_there_and_takes_nobody_new() throws Exception {
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var idle = server.connect();
        var waits = server.connect()) {
      assertThat(status(idle.send(HEALTH))).isEqualTo(200);
      assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue(); // now it is idle on both sides
      waits.send(WAIT);
      var answer = waiting.take();

      server.http.stopAccepting("main");
      assertThatThrownBy(() -> connectUntilRefused(server)).isInstanceOf(ConnectException.class);
      assertThat(server.http.awaitQuiet(ofMillis(50))).isFalse();
      answer.complete(OK);
      assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();

      for (var client : List.of(waits, idle.send(HEALTH))) {
        var reply = client.reply();
        assertThat(reply).isNotNull();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Connection")).isEqualTo("close");
        assertThat(client.isClosed()).isTrue();
      }
    }
  }

  /** A socket is closed when the thread that accepts on it has seen so, a moment later. */
  private static void connectUntilRefused(TestServer server) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try (var late = server.connect()) {
        late.send(HEALTH).reply();
      }
    }
  }

  @Test
  void closing_cuts_who_still_waits() throws Exception {
    var server = new TestServer(HttpLimits.DEFAULT, route);
    try (var client = server.connect()) {
      client.send(WAIT);
      waiting.take();
      server.close();

      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void one_connection_too_many_is_closed_until_a_place_is_free() throws Exception {
    try (var server = new TestServer(Limits.connections(2));
        var first = server.connect()) {
      var second = server.connect();
      assertThat(status(first.send(HEALTH))).isEqualTo(200);
      assertThat(status(second.send(HEALTH))).isEqualTo(200);
      try (var third = server.connect()) {
        assertThat(third.isClosed()).isTrue();
      }
      second.close();

      assertThat(statusWhenLetIn(server)).isEqualTo(200);
      assertThat(status(first.send(HEALTH))).isEqualTo(200);
    }
  }

  /** The server sees a moment later that a client has left. */
  private static int statusWhenLetIn(TestServer server) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try (var client = server.connect()) {
        var reply = client.sendIfTaken(HEALTH).reply();
        if (reply != null) return reply.status();
      }
    }
    return 0;
  }

  private static int status(RawClient client) throws IOException {
    var reply = client.reply();
    assertThat(reply).isNotNull();
    return reply.status();
  }

  private static void closeAll(List<RawClient> clients) throws IOException {
    for (var client : clients) client.close();
  }
}
