package dev.raincheck.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What the contract says of every request, on streams of one connection. */
@Timeout(60)
@ParameterizedClass
@ValueSource(strings = {"h2c", "h2"})
class Http2Test {
  private static final Response OK = Response.status(200).json(TestServer.OK);
  /** Short for a test, and long enough for a first handshake on a busy machine. */
  private static final Duration SHORT = ofSeconds(2);

  private static final String[] KEY = {"authorization", "Bearer good"};

  @Parameter String wire;

  private final BlockingQueue<CompletableFuture<Answer.Now>> waiting = new LinkedBlockingQueue<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final Route wait = Route.get("/wait", request -> later()).forAnyone();
  private final ArrayList<AutoCloseable> open = new ArrayList<>();

  private Answer later() {
    var answer = new CompletableFuture<Answer.Now>();
    waiting.add(answer);
    return new Answer.Later(answer, gone::countDown);
  }

  private TestServer server(HttpLimits limits, Route... more) throws Exception {
    var server = new TestServer(limits, wire.equals("h2") ? TestPems.any() : null, more);
    open.addFirst(server);
    return server;
  }

  private FrameClient client(TestServer server) throws Exception {
    var client = server.frames();
    open.addFirst(client);
    return client;
  }

  private FrameClient client(Route... more) throws Exception {
    return client(server(HttpLimits.DEFAULT, more));
  }

  @AfterEach
  void close() throws Exception {
    for (var one : open) one.close();
  }

  private static FrameClient.Reply reply(FrameClient client, int stream) throws Exception {
    var reply = client.reply(stream);
    assertThat(reply).isNotNull();
    return reply;
  }

  @Test
  void answers_come_with_what_every_answer_has() throws Exception {
    var reply = reply(client().get(1, "/v1/operations/op_1", KEY), 1);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.reset()).isNull();
    assertThat(reply.header("request-id")).matches("req_[0-9A-Z]{24}");
    assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(reply.header("cache-control")).isEqualTo("no-store");
    assertThat(reply.header("ratelimit")).isNotEmpty();
    assertThat(reply.header("date")).isNotEmpty();
    assertThat(reply.headers()).doesNotContainKeys("connection", "server", "transfer-encoding");
    assertThat(reply.body()).isEqualTo(TestServer.OK);
  }

  @Test
  void refusals_are_problems_in_the_order_that_holds_everywhere() throws Exception {
    var client = client();
    int stream = 1;
    record Asked(String method, String path, int status, String code, String... more) {}
    for (var asked :
        new Asked[] {
          new Asked("GET", "/nothing", 404, "not_found"),
          new Asked("GET", "/v1/../healthz", 404, "not_found"),
          new Asked("GET", "/v1/operations/a%2fb", 400, "invalid_request"),
          new Asked("GET", "/v1/operations/%zz", 400, "invalid_request"),
          new Asked("PUT", "/v1/operations/t", 405, "method_not_allowed"),
          new Asked("TRACE", "/healthz", 405, "method_not_allowed"),
          new Asked("POST", "/v1/operations/t", 401, "unauthorized"),
          new Asked("GET", "/v1/admin", 403, "insufficient_scope", KEY),
          new Asked("POST", "/v1/operations/t?a=b", 400, "unknown_field", KEY),
          new Asked("GET", "/" + "a".repeat(9_000), 414, "uri_too_long"),
          new Asked("GET", "/healthz", 431, "headers_too_large", "x-a", "a".repeat(17_000)),
          new Asked("POST", "/echo", 417, "expectation_failed", "expect", "x"),
        }) {
      client.request(stream, true, asked.method, asked.path, asked.more);
      var reply = reply(client, stream);
      assertThat(reply.status()).as("%s %.40s", asked.method, asked.path).isEqualTo(asked.status);
      assertThat(reply.raw()).satisfies(HostileHttpTest::isProblem);
      assertThat(reply.raw().member("code")).isEqualTo(asked.code);
      if (asked.path.startsWith("/v1/operations/t") && asked.method.equals("POST")) {
        assertThat(reply.header("raincheck-outcome")).isEqualTo("not-accepted");
      }
      stream += 2;
    }
  }

  @Test
  void options_and_head_are_as_elsewhere() throws Exception {
    var client = client();
    var options = reply(client.request(1, true, "OPTIONS", "/healthz"), 1);
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
    var all = reply(client.request(3, true, "OPTIONS", "*"), 3);
    assertThat(all.status()).isEqualTo(204);

    var head = reply(client.request(5, true, "HEAD", "/healthz"), 5);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-length")).isEqualTo("" + TestServer.OK.length);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void a_body_arrives_with_and_without_its_length() throws Exception {
    var client = client();
    client.request(1, false, "POST", "/echo").data(1, false, "{".getBytes(UTF_8));
    client.data(1, true, "}".getBytes(UTF_8));
    assertThat(reply(client, 1).body()).isEqualTo("{}".getBytes(UTF_8));

    client.request(3, false, "POST", "/echo", "content-length", "2");
    client.data(3, true, "[]".getBytes(UTF_8));
    assertThat(reply(client, 3).body()).isEqualTo("[]".getBytes(UTF_8));

    client.request(5, true, "POST", "/echo");
    assertThat(reply(client, 5).body()).isEmpty();
    client.request(7, false, "POST", "/v1/operations/t", KEY).data(7, true, new byte[0]);
    assertThat(reply(client, 7).status()).isEqualTo(202);
  }

  @Test
  void a_body_beyond_the_limit_is_a_413_and_the_connection_goes_on() throws Exception {
    var client = client();
    client.request(1, false, "POST", "/echo", "content-length", "100001");
    var said = reply(client, 1);
    assertThat(said.status()).isEqualTo(413);

    client.request(3, false, "POST", "/echo").data(3, false, new byte[10_001]);
    var found = reply(client, 3);
    assertThat(found.status()).isEqualTo(413);

    assertThat(reply(client.get(5, "/healthz"), 5).status()).isEqualTo(200);
  }

  @Test
  void a_body_that_nobody_wants_ends_with_a_reset_that_is_no_error() throws Exception {
    var client = client();
    client.request(1, false, "POST", "/unread", "content-length", "5000");
    assertThat(reply(client, 1).status()).isEqualTo(202);

    FrameClient.Frame frame;
    do {
      frame = client.next();
      assertThat(frame).isNotNull();
    } while (frame.type() != FrameClient.RST_STREAM);
    assertThat(frame.stream()).isEqualTo(1);
    assertThat(frame.error()).isEqualTo(0);
  }

  @Test
  void a_body_longer_or_shorter_than_it_said_is_not_taken() throws Exception {
    var client = client();
    client.request(1, false, "POST", "/echo", "content-length", "3").data(1, true, new byte[2]);
    assertThat(reply(client, 1).status()).isNotEqualTo(200);
    client.request(3, false, "POST", "/echo", "content-length", "1").data(3, true, new byte[2]);
    assertThat(reply(client, 3).status()).isNotEqualTo(200);
  }

  @Test
  void a_body_that_stands_still_is_a_408_and_the_connection_goes_on() throws Exception {
    var client = client(server(Limits.body(ofMillis(300))));
    client.request(1, false, "POST", "/echo", "content-length", "5000");
    client.data(1, false, "{".getBytes(UTF_8));
    var reply = reply(client, 1);

    assertThat(reply.status()).isEqualTo(408);
    assertThat(reply.raw().member("code")).isEqualTo("request_timeout");
    assertThat(reply(client.get(3, "/healthz"), 3).status()).isEqualTo(200);
  }

  @Test
  void a_header_that_stands_still_ends_the_connection() throws Exception {
    var client = client(server(Limits.header(SHORT)));
    assertThat(reply(client.get(1, "/healthz"), 1).status()).isEqualTo(200);
    client.frame(FrameClient.HEADERS, FrameClient.END_STREAM, 3, FrameClient.block(":method", "GET"));

    assertThat(client.goAwayAndEnd()).isEqualTo(11); // ENHANCE_YOUR_CALM
  }

  @Test
  void a_header_that_comes_byte_by_byte_ends_the_connection() throws Exception {
    var client = client(server(Limits.header(SHORT)));
    client.bytes(new byte[] {0, 3, (byte) 232, 1, 5, 0, 0, 0, 1});
    for (int i = 0; i < 1_000 && client.isSilent(20); i++) {
      try {
        client.bytes(new byte[] {0});
      } catch (IOException cut) {
        break;
      }
    }
    assertThat(client.goAwayAndEnd()).isEqualTo(11);
  }

  @Test
  void an_idle_connection_is_ended_with_goaway_and_pings_do_not_keep_it() throws Exception {
    var client = client(server(Limits.idle(SHORT)));
    assertThat(reply(client.get(1, "/healthz"), 1).status()).isEqualTo(200);
    for (int i = 0; i < 1_000; i++) {
      client.frameIfTaken(FrameClient.PING, 0, 0, new byte[8]);
      if (!client.isSilent(20)) break;
    }
    assertThat(client.goAwayAndEnd()).isEqualTo(0);
  }

  @Test
  void many_waits_on_one_connection_are_answered_in_whatever_order() throws Exception {
    var server = server(Limits.gone(ofMillis(20)), wait);
    var client = client(server);
    for (int i = 0; i < 50; i++) client.get(1 + 2 * i, "/wait");
    var answers = new ArrayList<CompletableFuture<Answer.Now>>();
    while (answers.size() < 50) answers.add(waiting.take());
    assertThat(server.http.requests()).isEqualTo(50);
    assertThat(reply(client.get(201, "/healthz"), 201).status()).isEqualTo(200);
    assertThat(client.isSilent(100)).isTrue(); // by now they were looked at
    answers.reversed().forEach(answer -> answer.complete(OK));

    int got = 0;
    while (got < 50) {
      var frame = client.next();
      assertThat(frame).isNotNull();
      if ((frame.flags() & FrameClient.END_STREAM) != 0 && frame.stream() > 0) got++;
    }
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    assertThat(gone.getCount()).isEqualTo(1);
  }

  @Test
  void a_stream_that_is_reset_while_waiting_frees_what_waited() throws Exception {
    var server = server(HttpLimits.DEFAULT, wait);
    var client = client(server);
    client.get(1, "/wait");
    waiting.take();
    client.reset(1);

    assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(server.finished.take().status()).isEqualTo(499);
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    assertThat(reply(client.get(3, "/healthz"), 3).status()).isEqualTo(200);
  }

  @Test
  void a_reset_right_behind_the_request_frees_what_waits_too() throws Exception {
    var server = server(Limits.gone(ofMillis(20)), wait);
    var client = client(server);
    for (int i = 0; i < 50; i++) client.get(1 + 2 * i, "/wait").reset(1 + 2 * i);

    assertThat(reply(client.get(201, "/healthz"), 201).status()).isEqualTo(200);
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
  }

  @Test
  void a_connection_that_is_lost_while_waiting_frees_what_waited() throws Exception {
    var server = server(HttpLimits.DEFAULT, wait);
    var client = client(server);
    client.get(1, "/wait");
    waiting.take();
    client.close();

    assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
  }

  @Test
  void a_wait_outlives_the_idle_time() throws Exception {
    var client = client(server(Limits.idle(SHORT), wait));
    client.get(1, "/wait");
    var answer = waiting.take();
    assertThat(client.isSilent(2 * (int) SHORT.toMillis())).isTrue();
    answer.complete(OK);

    assertThat(reply(client, 1).status()).isEqualTo(200);
  }

  @Test
  void an_answer_that_nobody_takes_does_not_hold_its_memory() throws Exception {
    byte[] long4MiB = new byte[4 << 20];
    var route = Route.get("/long", r -> Response.status(200).body("a/b", long4MiB)).forAnyone();
    var server = server(Limits.idle(SHORT), route);
    var client = client(server);
    client.get(1, "/long"); // its window is 64 KiB, and it never says more

    var finished = server.finished.take();
    assertThat(finished.route()).isEqualTo("/long");
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    assertThat(reply(client, 1).reset()).isEqualTo(8); // CANCEL: what came is not the whole
  }

  @Test
  void a_client_that_reads_nothing_at_all_is_cut() throws Exception {
    byte[] long64MiB = new byte[64 << 20];
    var route = Route.get("/long", r -> Response.status(200).body("a/b", long64MiB)).forAnyone();
    var server = server(Limits.idle(SHORT), route);
    var client = client(server);
    byte[] muchMore = {127, 0, 0, 0};
    client.frame(FrameClient.WINDOW_UPDATE, 0, 0, muchMore);
    client.get(1, "/long").frame(FrameClient.WINDOW_UPDATE, 0, 1, muchMore);

    assertThat(server.finished.take().route()).isEqualTo("/long");
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
  }

  @Test
  void a_long_answer_arrives_whole() throws Exception {
    byte[] long1MiB = new byte[1 << 20];
    var route = Route.get("/long", r -> Response.status(200).body("a/b", long1MiB)).forAnyone();

    var reply = reply(client(route).get(1, "/long"), 1);
    assertThat(reply.reset()).isNull();
    assertThat(reply.body().length).isEqualTo(1 << 20);
  }

  @Test
  void a_live_answer_comes_piece_by_piece_and_a_reset_ends_it() throws Exception {
    var outlets = new LinkedBlockingQueue<Outlet>();
    var closed = new LinkedBlockingQueue<Boolean>();
    var source =
        new Answer.Source() {
          @Override
          public void open(Outlet outlet) {
            outlets.add(outlet);
          }

          @Override
          public void drained() {}

          @Override
          public void closed(boolean tooSlow) {
            closed.add(tooSlow);
          }
        };
    var head = Response.status(200).body("text/event-stream", new byte[0]);
    var live = Route.get("/live", r -> new Answer.Live(head, source)).forAnyone();
    var server = server(HttpLimits.DEFAULT, live);
    var client = client(server);
    client.get(1, "/live");
    var first = outlets.take();
    first.offer("one".getBytes(UTF_8));
    first.offer("two".getBytes(UTF_8));
    first.end();
    assertThat(reply(client, 1).body()).isEqualTo("onetwo".getBytes(UTF_8));
    assertThat(closed.take()).isFalse();

    client.get(3, "/live");
    outlets.take();
    client.reset(3);
    assertThat(closed.take()).isFalse();

    client.get(5, "/live"); // whose window is 64 KiB
    var third = outlets.take();
    for (int i = 0; i < 100 && third.offer(new byte[10_000]); i++) {}
    assertThat(closed.take()).isTrue();
    assertThat(reply(client, 5).reset()).isEqualTo(8);
    assertThat(reply(client.get(7, "/healthz"), 7).status()).isEqualTo(200);
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
  }

  @Test
  void a_drain_says_goaway_answers_who_is_there_and_ends_the_connection() throws Exception {
    var server = server(HttpLimits.DEFAULT, wait);
    var client = client(server);
    var idle = client(server);
    assertThat(reply(idle.get(1, "/healthz"), 1).status()).isEqualTo(200);
    client.get(1, "/wait");
    var answer = waiting.take();

    server.http.stopAccepting("main");
    assertThat(idle.goAwayAndEnd()).isEqualTo(0);
    assertThat(client.goAway()).isEqualTo(0);
    assertThat(server.http.awaitQuiet(ofMillis(50))).isFalse();
    answer.complete(OK);

    assertThat(reply(client, 1).status()).isEqualTo(200);
    assertThat(server.http.awaitQuiet(ofSeconds(10))).isTrue();
    assertThat(client.goAwayAndEnd()).isEqualTo(0);
  }
}
