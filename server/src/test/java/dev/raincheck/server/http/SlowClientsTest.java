package dev.raincheck.server.http;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody holds a connection by being slow. The limits are short here, and mean the same. */
@Timeout(60)
class SlowClientsTest {
  private static final HttpLimits SHORT_HEADER = Limits.header(ofMillis(300));
  private static final HttpLimits SHORT_BODY = Limits.body(ofMillis(300));
  private static final HttpLimits SHORT_IDLE = Limits.idle(ofMillis(300));
  private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String ECHO = "POST /echo HTTP/1.1\r\nHost: a\r\n";

  @Test
  void a_header_that_stops_half_way_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_HEADER);
        var client = server.connect()) {
      assertIsTimeout(client.send("GET /healthz HTTP/1.1\r\nHo"));
    }
  }

  @Test
  void a_header_that_comes_byte_by_byte_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_HEADER);
        var client = server.connect()) {
      client.send("GET /healthz HTTP/1.1\r\nX-A: ");
      assertIsTimeout(client.dripUntilAnswered("b"));
    }
  }

  @Test
  void a_request_line_that_stops_half_way_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_HEADER);
        var client = server.connect()) {
      assertIsTimeout(client.send("GE"));
    }
  }

  @Test
  void the_header_of_a_later_request_has_a_deadline_too() throws IOException {
    try (var server = new TestServer(SHORT_HEADER);
        var client = server.connect()) {
      client.send(HEALTH + "GET /healthz HTTP/1.1\r\nX-A: ");
      assertThat(client.reply()).isNotNull();
      assertIsTimeout(client);
    }
  }

  @Test
  void a_slow_header_of_a_submit_says_that_nothing_was_accepted() throws IOException {
    try (var server = new TestServer(SHORT_HEADER);
        var client = server.connect()) {
      var reply = client.send("POST /v1/operations/t HTTP/1.1\r\nHost: a\r\n").reply();

      assertThat(reply).isNotNull();
      assertThat(reply.header("Raincheck-Outcome")).isEqualTo("not-accepted");
    }
  }

  @Test
  void a_body_that_stands_still_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_BODY);
        var client = server.connect()) {
      assertIsTimeout(client.send(ECHO + "Content-Length: 5000\r\n\r\n{"));
    }
  }

  @Test
  void a_body_that_never_begins_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_BODY);
        var client = server.connect()) {
      client.send(ECHO + "Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
      assertIsTimeout(client);
    }
  }

  @Test
  void a_body_that_comes_byte_by_byte_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_BODY);
        var client = server.connect()) {
      client.send(ECHO + "Content-Length: 5000\r\n\r\n");
      assertIsTimeout(client.dripUntilAnswered("a"));
    }
  }

  @Test
  void a_chunked_body_that_comes_byte_by_byte_is_a_408() throws IOException {
    try (var server = new TestServer(SHORT_BODY);
        var client = server.connect()) {
      client.send(ECHO + "Transfer-Encoding: chunked\r\n\r\n");
      assertIsTimeout(client.dripUntilAnswered("1\r\na\r\n"));
    }
  }

  @Test
  void a_body_that_nobody_reads_does_not_hold_the_connection() throws IOException {
    try (var server = new TestServer(SHORT_BODY);
        var client = server.connect()) {
      client.send("POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n{");
      var reply = client.reply();

      assertThat(reply).isNotNull();
      assertThat(reply.header("Connection")).isEqualTo("close");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void an_idle_connection_is_closed_silently() throws IOException {
    try (var server = new TestServer(SHORT_IDLE);
        var fresh = server.connect();
        var used = server.connect()) {
      assertThat(used.send(HEALTH).reply()).isNotNull();

      assertThat(used.isClosed()).isTrue();
      assertThat(fresh.isClosed()).isTrue();
    }
  }

  @Test
  void empty_lines_do_not_keep_a_connection_from_being_idle() throws IOException {
    try (var server = new TestServer(SHORT_IDLE);
        var client = server.connect()) {
      assertThat(client.dripUntilAnswered("\r\n").isClosed()).isTrue();
    }
  }

  @Test
  void an_answer_that_nobody_takes_does_not_hold_the_connection() throws Exception {
    byte[] long64MiB = new byte[64 << 20];
    var route =
        Route.get("/long", request -> Response.status(200).body("a/b", long64MiB)).forAnyone();
    try (var server = new TestServer(SHORT_IDLE, route);
        var client = server.connect()) {
      client.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n");

      var finished = server.finished.take(); // though the client has not read a byte
      assertThat(finished.route()).isEqualTo("/long");
      assertThat(server.http.awaitQuiet(ofMillis(10_000))).isTrue();
    }
  }

  private static void assertIsTimeout(RawClient client) throws IOException {
    var reply = client.reply();
    assertThat(reply).satisfies(HostileHttpTest::isProblem);
    assertThat(reply.status()).isEqualTo(408);
    assertThat(reply.member("code")).isEqualTo("request_timeout");
    assertThat(reply.member("retryable")).isEqualTo("true");
    assertThat(reply.header("Connection")).isEqualTo("close");
    assertThat(client.isClosed()).isTrue();
  }
}
