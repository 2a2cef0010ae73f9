package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What well-formed requests get: who is refused, in which order, and what is kept open. */
@Timeout(60)
class AnswersTest {
  private static final String END = "Host: a\r\n\r\n";
  private static final String KEY = TestServer.KEY;
  private static final String SUBMIT = "POST /v1/operations/t HTTP/1.1\r\n";
  private static final String ECHO_3000 =
      "POST /echo HTTP/1.1\r\nContent-Length: 3000\r\n" + END + "a".repeat(3000);
  private static final Map<String, String> CASES = new LinkedHashMap<>();

  private static void put(String name, String request) {
    CASES.put(name, request);
  }

  static {
    put("GET", "GET /healthz HTTP/1.1\r\n" + END);
    put("HEAD", "HEAD /healthz HTTP/1.1\r\n" + END);
    put("absolute URI", "GET http://a/healthz HTTP/1.1\r\n" + END);
    put("GET, HTTP/1.0", "GET /healthz HTTP/1.0\r\n" + END);
    put("GET, 1.0 keep-alive", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n" + END);
    put("GET, close", "GET /healthz HTTP/1.1\r\nConnection: close\r\n" + END);
    put(
        "GET, h2c upgrade",
        "GET /healthz HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n" + END);
    put("CRLF before line", "\r\n\r\nGET /healthz HTTP/1.1\r\n" + END);
    put("encoded letters", "GET /%68ealthz HTTP/1.1\r\n" + END);
    put("OPTIONS", "OPTIONS /v1/operations/t HTTP/1.1\r\n" + END);
    put("OPTIONS, GET only", "OPTIONS /healthz HTTP/1.1\r\n" + END);
    put("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" + END);
    put("PUT", "PUT /v1/operations/t HTTP/1.1\r\n" + END);
    put("TRACE", "TRACE /healthz HTTP/1.1\r\n" + END);
    put("get", "get /healthz HTTP/1.1\r\n" + END);
    put("unknown path", "GET /v1/nothing HTTP/1.1\r\n" + END);
    put("trailing slash", "GET /healthz/ HTTP/1.1\r\n" + END);
    put("submit no key", SUBMIT + END);
    put("submit wrong key", SUBMIT + "Authorization: Bearer bad\r\n" + END);
    put("submit no scope", "GET /v1/admin HTTP/1.1\r\n" + KEY + END);
    put("submit", SUBMIT + KEY + "Content-Length: 2\r\n" + END + "{}");
    put("submit empty", SUBMIT + KEY + END);
    put(
        "submit chunked",
        SUBMIT + KEY + "Transfer-Encoding: Chunked\r\n" + END + "2\r\n{}\r\n0\r\n\r\n");
    put(
        "submit trailers",
        SUBMIT + KEY
            + "Transfer-Encoding: chunked\r\n" + END + "2;a=b\r\n{}\r\n0\r\nX-A: b\r\n\r\n");
    put("submit 100", SUBMIT + KEY + "Expect: 100-continue\r\nContent-Length: 2\r\n" + END + "{}");
    put("submit 413 said", SUBMIT + KEY + "Content-Length: 1001\r\n" + END);
    put(
        "submit 413, no 100",
        SUBMIT + KEY + "Expect: 100-continue\r\nContent-Length: 1001\r\n" + END);
    put(
        "submit 413 chunked",
        SUBMIT + KEY
            + "Transfer-Encoding: chunked\r\n" + END + "3e9\r\n"
            + "a".repeat(1001) + "\r\n0\r\n\r\n");
    put("submit 401, not 413", SUBMIT + "Content-Length: 1001\r\n" + END);
    put(
        "submit gzip",
        SUBMIT + KEY + "Content-Encoding: gzip\r\nContent-Length: 2\r\n" + END + "{}");
    put(
        "submit identity",
        SUBMIT + KEY + "Content-Encoding: identity\r\nContent-Length: 2\r\n" + END + "{}");
    put("submit broken body", SUBMIT + KEY + "Transfer-Encoding: chunked\r\n" + END + "zz\r\n");
    put("submit two Host", SUBMIT + KEY + "Host: b\r\n" + END);
    put("submit 417", SUBMIT + KEY + "Expect: x\r\n" + END);
    put("submit 414", "POST /v1/operations/t?" + "a".repeat(9000) + " HTTP/1.1\r\n" + KEY + END);
    put("submit 431", SUBMIT + "X-A: " + "a".repeat(17000) + "\r\n" + END);
    put(
        "submit query",
        "POST /v1/operations/t?a=b HTTP/1.1\r\n" + KEY + "Content-Length: 0\r\n" + END);
    put(
        "submit %zz in query",
        "POST /v1/operations/t?a=%zz HTTP/1.1\r\n" + KEY + "Content-Length: 0\r\n" + END);
    put("unread small body", "POST /unread HTTP/1.1\r\nContent-Length: 2\r\n" + END + "{}");
    put(
        "unread chunked body",
        "POST /unread HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + "2\r\n{}\r\n0\r\n\r\n");
    put("unread, not sent", "POST /unread HTTP/1.1\r\nContent-Length: 2\r\n" + END);
    put("401, small body", SUBMIT + "Content-Length: 2\r\n" + END + "{}");
    put("GET with a body", "GET /healthz HTTP/1.1\r\nContent-Length: 2\r\n" + END + "{}");
  }

  @Test
  void each_request_gets_its_answer() throws IOException {
    var table = new StringBuilder();
    try (var server = new TestServer()) {
      for (var each : CASES.entrySet()) {
        try (var client = server.connect()) {
          String row = outcome(client, each.getValue());
          table.append("%-20s%s".formatted(each.getKey(), row).strip()).append('\n');
        }
      }
    }
    assertThat(table.toString())
        .isEqualTo(
            """
            GET                 200                        kept
            HEAD                200                        kept
            absolute URI        200                        kept
            GET, HTTP/1.0       200                        closed
            GET, 1.0 keep-alive 200                        kept
            GET, close          200                        closed
            GET, h2c upgrade    200                        kept
            CRLF before line    200                        kept
            encoded letters     200                        kept
            OPTIONS             204                        kept                GET HEAD POST OPTIONS
            OPTIONS, GET only   204                        kept                GET HEAD OPTIONS
            OPTIONS *           204                        kept                GET HEAD POST OPTIONS
            PUT                 405 method_not_allowed     kept                GET HEAD POST OPTIONS
            TRACE               405 method_not_allowed     kept                GET HEAD OPTIONS
            get                 405 method_not_allowed     kept                GET HEAD OPTIONS
            unknown path        404 not_found              kept
            trailing slash      404 not_found              kept
            submit no key       401 unauthorized           kept   not-accepted Bearer
            submit wrong key    401 unauthorized           kept   not-accepted Bearer
            submit no scope     403 insufficient_scope     kept
            submit              202                        kept   accepted
            submit empty        202                        kept   accepted
            submit chunked      202                        kept   accepted
            submit trailers     202                        kept   accepted
            submit 100          202                        kept   accepted
            submit 413 said     413 payload_too_large      closed not-accepted
            submit 413, no 100  413 payload_too_large      closed not-accepted
            submit 413 chunked  413 payload_too_large      closed not-accepted
            submit 401, not 413 401 unauthorized           closed not-accepted Bearer
            submit gzip         415 unsupported_media_type kept   not-accepted
            submit identity     202                        kept   accepted
            submit broken body  400 invalid_request        closed not-accepted
            submit two Host     400 invalid_request        closed not-accepted
            submit 417          417 expectation_failed     closed not-accepted
            submit 414          414 uri_too_long           closed not-accepted
            submit 431          431 headers_too_large      closed not-accepted
            submit query        400 unknown_field          kept   not-accepted
            submit %zz in query 400 invalid_request        kept   not-accepted
            unread small body   202                        kept
            unread chunked body 202                        closed
            unread, not sent    202                        closed
            401, small body     401 unauthorized           kept   not-accepted Bearer
            GET with a body     200                        kept
            """);
  }

  private static String outcome(RawClient client, String request) throws IOException {
    String method = request.strip().split(" ")[0];
    var reply = client.sendIfTaken(request).reply(method);
    if (reply == null) return "no answer";
    if (reply.status() >= 400 && !method.equals("HEAD")) {
      assertThat(reply).satisfies(HostileHttpTest::isProblem);
    }
    client.sendIfTaken("GET /healthz HTTP/1.1\r\n" + END);
    var next = client.reply();
    return "%d %-22s %-6s %-12s %s"
        .formatted(
            reply.status(),
            reply.member("code"),
            next == null ? "closed" : next.status() == 200 ? "kept" : "broken",
            reply.header("Raincheck-Outcome"),
            reply.header("Allow").replace(", ", " ") + reply.header("WWW-Authenticate"));
  }

  @Test
  void every_answer_has_what_every_answer_has() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      client.send("GET /v1/operations/op_1 HTTP/1.1\r\n" + KEY + "Request-Id: mine\r\n" + END);
      var reply = client.reply();

      assertThat(reply).isNotNull();
      assertThat(reply.header("Request-Id")).matches("req_[0-9A-Z]{24}");
      assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
      assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(reply.header("RateLimit")).isEqualTo("\"k\";r=9;t=1");
      assertThat(reply.header("Date")).isNotEmpty();
      assertThat(reply.headers()).doesNotContainKeys("server", "x-powered-by");
    }
  }

  @Test
  void a_problem_says_what_was_wrong_and_where() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      client.send("POST /v1/operations/t?a=b HTTP/1.1\r\n" + KEY + END);
      var reply = client.reply();

      assertThat(reply).isNotNull();
      assertThat(reply.text())
          .isEqualTo(
              """
              {"type":"https://api.example.com/problems/unknown_field","title":"Unknown field",\
              "status":400,"detail":"This route takes no query parameters.",\
              "instance":"urn:request:%s","code":"unknown_field","retryable":false,\
              "errors":[{"parameter":"a","code":"unknown_field","detail":"Not known here."}]}"""
                  .formatted(reply.header("Request-Id")));
    }
  }

  @Test
  void request_ids_do_not_repeat() {
    var ids = new RequestIds(new Random(1));
    assertThat(Stream.generate(ids::next).limit(100_000).distinct()).hasSize(100_000);
  }

  @Test
  void an_answer_leaves_though_nobody_hears_of_it_or_knows_the_quota() throws Exception {
    Principal who = TestServer.principal("good");
    var route = Route.get("/x", request -> Response.status(200).json(TestServer.OK));
    QuotaHeaders unknown =
        principal -> {
          throw new IllegalStateException("no quota");
        };
    RequestListener deaf =
        finished -> {
          throw new IllegalStateException("deaf");
        };
    var door =
        new Door("main", "127.0.0.1", 0, new Routes(List.of(route)), request -> who, unknown);
    var settings = new HttpSettings(URI.create("https://a"), HttpLimits.DEFAULT);
    try (var http =
            HttpServer.start(settings, List.of(door), deaf, new Random(1), System::nanoTime);
        var client = new RawClient(http.port("main"))) {
      for (int i = 0; i < 2; i++) {
        var reply = client.send("GET /x HTTP/1.1\r\n" + END).reply();
        assertThat(reply).isNotNull();
        assertThat(reply.status()).isEqualTo(200);
      }
      assertThat(http.awaitQuiet(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void doors_serve_their_own_routes() throws Exception {
    var settings = new HttpSettings(URI.create("https://a"), HttpLimits.DEFAULT);
    var doors = List.of(door("main", "/main"), door("admin", "/admin"));
    var nobody = RequestListener.NONE;
    try (var http = HttpServer.start(settings, doors, nobody, new Random(1), System::nanoTime);
        var main = new RawClient(http.port("main"));
        var admin = new RawClient(http.port("admin"))) {
      assertThat(main.send("GET /admin HTTP/1.1\r\n" + END).reply())
          .extracting(RawClient.Reply::status)
          .isEqualTo(404);
      assertThat(admin.send("GET /admin HTTP/1.1\r\n" + END).reply())
          .extracting(RawClient.Reply::status)
          .isEqualTo(200);
    }
  }

  private static Door door(String name, String path) {
    var route = Route.get(path, request -> Response.status(200).json(TestServer.OK)).forAnyone();
    var routes = new Routes(List.of(route));
    return new Door(
        name, "127.0.0.1", 0, routes, r -> TestServer.principal("x"), QuotaHeaders.NONE);
  }

  @Test
  void head_says_the_length_that_get_would_have() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      client.send("HEAD /healthz HTTP/1.1\r\n" + END);
      var reply = client.reply("HEAD");

      assertThat(reply).isNotNull();
      assertThat(reply.header("Content-Length")).isEqualTo("" + TestServer.OK.length);
    }
  }

  @Test
  void no_content_has_no_length() throws IOException {
    var route = Route.get("/nothing", request -> Response.status(204).empty()).forAnyone();
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.connect()) {
      client.send("GET /nothing HTTP/1.1\r\n" + END);
      var reply = client.reply();

      assertThat(reply).isNotNull();
      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.headers()).doesNotContainKeys("content-length", "content-type");
    }
  }

  @Test
  void what_a_route_throws_is_a_500_that_tells_nothing_of_it() throws Exception {
    var route =
        Route.post(
                "/broken",
                request -> {
                  throw new IllegalStateException("the password is swordfish");
                })
            .forAnyone()
            .creates();
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.connect()) {
      client.send("POST /broken HTTP/1.1\r\nContent-Length: 0\r\n" + END);
      var reply = client.reply();

      assertThat(reply).satisfies(HostileHttpTest::isProblem);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.member("code")).isEqualTo("internal");
      assertThat(reply.member("retryable")).isEqualTo("true");
      assertThat(reply.text()).doesNotContain("swordfish", "Exception");
      assertThat(reply.header("Raincheck-Outcome")).isEmpty();
      var finished = server.finished.take();
      assertThat(finished.status()).isEqualTo(500);
      assertThat(finished.failure()).hasMessageContaining("swordfish");
    }
  }

  @Test
  void too_many_running_requests_are_refused_and_said_not_to_be_accepted() throws Exception {
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var route = Route.get("/slow", request -> slow(inside, leave)).forAnyone();
    try (var server = new TestServer(Limits.requests(1), route);
        var first = server.connect();
        var second = server.connect()) {
      first.send("GET /slow HTTP/1.1\r\n" + END);
      inside.await();
      second.send(SUBMIT + KEY + "Content-Length: 2\r\n" + END + "{}");
      var refused = second.reply();
      leave.countDown();

      assertThat(refused).satisfies(HostileHttpTest::isProblem);
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.member("code")).isEqualTo("overloaded");
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.header("Raincheck-Outcome")).isEqualTo("not-accepted");
      var answered = first.reply();
      assertThat(answered).isNotNull();
      assertThat(answered.status()).isEqualTo(200);
    }
  }

  private static Answer slow(
      CountDownLatch inside, CountDownLatch leave) {
    inside.countDown();
    try {
      leave.await();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    return Response.status(200).json(TestServer.OK);
  }

  @Test
  void the_listener_is_told_once_about_each_request() throws Exception {
    try (var server = new TestServer();
        var client = server.connect()) {
      client.send(SUBMIT + KEY + "Request-Id: mine\r\nContent-Length: 2\r\n" + END + "{}");
      client.reply();
      client.send("GET /healthz?ticket=secret HTTP/1.1\r\n" + END);
      client.reply();
      client.send("GET / HTTP/1.1\r\n\r\n");
      client.reply();

      var submit = server.finished.take();
      assertThat(submit.route()).isEqualTo("/v1/operations/{type}");
      assertThat(submit.path()).isEqualTo("/v1/operations/t");
      assertThat(submit.status()).isEqualTo(202);
      assertThat(submit.clientRequestId()).isEqualTo("mine");
      assertThat(submit.principal()).isNotNull();
      assertThat(submit.bodyBytes()).isEqualTo(TestServer.OK.length);
      assertThat(submit.remoteAddress()).isEqualTo("127.0.0.1");
      assertThat(server.finished.take().path()).isEqualTo("/healthz");
      assertThat(server.finished.take().code()).isEqualTo("invalid_request");
      assertThat(server.finished).isEmpty();
    }
  }

  @Test
  void a_long_body_arrives_whole_in_whatever_pieces_it_comes() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      String body = "0123456789".repeat(1000);
      client.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END);
      for (int at = 0; at < body.length(); at += 77) {
        String piece = body.substring(at, Math.min(body.length(), at + 77));
        client.send("%x\r\n%s\r\n".formatted(piece.length(), piece));
      }
      client.send("0\r\n\r\n");
      var reply = client.reply();

      assertThat(reply).isNotNull();
      assertThat(reply.text()).isEqualTo(body);
    }
  }

  @Test
  void bodies_together_may_not_take_all_memory() throws Exception {
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    var route = Route.post("/hold", request -> hold(request, inside, leave)).forAnyone();
    try (var server = new TestServer(Limits.bodies(4_000), route);
        var first = server.connect();
        var second = server.connect()) {
      first.send(ECHO_3000.replace("/echo", "/hold"));
      inside.await();
      var refused = second.send(ECHO_3000).reply();
      assertThat(refused).satisfies(HostileHttpTest::isProblem);
      assertThat(refused.member("code")).isEqualTo("overloaded");

      leave.countDown();
      assertThat(first.reply()).extracting(RawClient.Reply::status).isEqualTo(200);
      assertThat(server.http.awaitQuiet(Duration.ofSeconds(10))).isTrue();
      assertThat(first.send(ECHO_3000).reply()).extracting(RawClient.Reply::status).isEqualTo(200);
    }
  }

  private static Answer hold(Request request, CountDownLatch inside, CountDownLatch leave) {
    request.body(5_000);
    return slow(inside, leave);
  }

  @Test
  void a_refused_upload_still_sees_why() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      String megabyte = "a".repeat(1 << 20);
      client.send("POST /echo HTTP/1.1\r\nContent-Length: %d\r\n".formatted(1 << 28) + END);
      client.sendIfTaken(megabyte);
      var reply = client.reply();

      assertThat(reply).satisfies(HostileHttpTest::isProblem);
      assertThat(reply.status()).isEqualTo(413);
    }
  }

  @Test
  void pipelined_requests_are_answered_in_order() throws IOException {
    try (var server = new TestServer();
        var client = server.connect()) {
      String submit = SUBMIT + KEY + "Content-Length: 2\r\n" + END + "{}";
      client.send((submit + "GET /healthz HTTP/1.1\r\n" + END).repeat(50));
      for (int i = 0; i < 100; i++) {
        var reply = client.reply();
        assertThat(reply).isNotNull();
        assertThat(reply.status()).isEqualTo(i % 2 == 0 ? 202 : 200);
      }
    }
  }
}
