package dev.raincheck.server.http;

import static dev.raincheck.server.http.FrameClient.CONTINUATION;
import static dev.raincheck.server.http.FrameClient.DATA;
import static dev.raincheck.server.http.FrameClient.END_HEADERS;
import static dev.raincheck.server.http.FrameClient.END_STREAM;
import static dev.raincheck.server.http.FrameClient.HEADERS;
import static dev.raincheck.server.http.FrameClient.PING;
import static dev.raincheck.server.http.FrameClient.RST_STREAM;
import static dev.raincheck.server.http.FrameClient.SETTINGS;
import static dev.raincheck.server.http.FrameClient.WINDOW_UPDATE;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames that nobody sends who means well. */
@Timeout(120)
class HostileHttp2Test {
  private static final int CALM = 11;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  /** Far more than a connection may send in the seconds that a test takes. */
  private static final int MANY = 20_000;

  @FunctionalInterface
  private interface Sends {
    void frames(FrameClient client, int n) throws Exception;
  }

  /** Sends until it is cut off; the error that it is told, null if it only sees the end. */
  private static void assertIsCutOff(Sends sends, Route... more) throws Exception {
    try (var server = new TestServer(HttpLimits.DEFAULT, more);
        var client = server.frames()) {
      int sent = 0;
      try {
        for (; sent < MANY; sent++) sends.frames(client, sent);
      } catch (java.io.IOException cut) {
        // As it should be.
      }
      var told = client.goAwayAndEnd();
      if (told != null) assertThat(told).isEqualTo(CALM);
      assertThat(server.http.awaitQuiet(ofSeconds(20))).isTrue();
      try (var other = server.frames()) {
        var reply = other.get(1, "/healthz").reply(1);
        assertThat(reply).isNotNull();
        assertThat(reply.status()).isEqualTo(200);
      }
    }
  }

  @Test
  void requests_that_are_reset_as_fast_as_they_come() throws Exception {
    assertIsCutOff((client, n) -> client.get(1 + 2 * n, "/healthz").reset(1 + 2 * n));
  }

  /** An error in the log, with its stack, for each of them would be a lever in the client's hand. */
  @Test
  void a_request_that_is_reset_before_it_was_looked_at_is_no_fault_of_the_server() throws Exception {
    byte[] get =
        FrameClient.block(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/healthz");
    var together = new ByteArrayOutputStream();
    for (int i = 0; i < 50; i++) {
      together.writeBytes(FrameClient.framed(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * i, get));
      together.writeBytes(FrameClient.framed(RST_STREAM, 0, 1 + 2 * i, CANCEL));
    }
    try (var server = new TestServer();
        var client = server.frames()) {
      client.bytes(together.toByteArray());
      assertThat(client.get(101, "/healthz").reply(101).status()).isEqualTo(200);
      assertThat(server.http.awaitQuiet(ofSeconds(20))).isTrue();

      for (int i = 0; i < 51; i++) {
        var told = server.finished.poll(20, TimeUnit.SECONDS);
        if (told == null) break; // reset so early that nobody was told of it
        assertThat(told.failure()).isNull();
        assertThat(told.status()).isIn(200, 499);
      }
    }
  }

  @Test
  void waits_that_are_reset_as_fast_as_they_come() throws Exception {
    var route =
        Route.get("/wait", r -> new Answer.Later(new CompletableFuture<>(), () -> {})).forAnyone();
    assertIsCutOff((client, n) -> client.get(1 + 2 * n, "/wait").reset(1 + 2 * n), route);
  }

  @Test
  void requests_that_make_the_server_reset_them() throws Exception {
    byte[] tooMuch = {127, -1, -1, -1};
    assertIsCutOff(
        (client, n) ->
            client
                .request(1 + 2 * n, false, "POST", "/echo")
                .frame(WINDOW_UPDATE, 0, 1 + 2 * n, tooMuch));
  }

  @Test
  void pings() throws Exception {
    assertIsCutOff((client, n) -> client.frame(PING, 0, 0, new byte[8]));
  }

  @Test
  void settings() throws Exception {
    assertIsCutOff((client, n) -> client.frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 1, 0}));
  }

  @Test
  void empty_data() throws Exception {
    assertIsCutOff(
        (client, n) -> {
          if (n == 0) client.request(1, false, "POST", "/echo");
          client.frame(DATA, 0, 1, new byte[0]);
        });
  }

  @Test
  void resets_of_streams_that_are_over() throws Exception {
    assertIsCutOff(
        (client, n) -> {
          if (n == 0) client.get(1, "/healthz");
          client.frame(RST_STREAM, 0, 1, CANCEL);
        });
  }

  @Test
  void a_header_without_end() throws Exception {
    assertIsCutOffSomehow(
        (client, n) -> {
          if (n == 0) client.frame(HEADERS, END_STREAM, 1, FrameClient.block(":method", "GET"));
          client.frame(CONTINUATION, 0, 1, FrameClient.block("x-a", "b".repeat(100)));
        });
  }

  @Test
  void a_header_of_nothing_without_end() throws Exception {
    assertIsCutOffSomehow(
        (client, n) -> {
          if (n == 0) client.frame(HEADERS, END_STREAM, 1, FrameClient.block(":method", "GET"));
          client.frame(CONTINUATION, 0, 1, new byte[0]);
        });
  }

  /** One indexed field of 4,000 bytes, then references of one byte each. */
  @Test
  void a_header_that_unpacks_to_far_more_than_it_is() throws Exception {
    var block = new ByteArrayOutputStream();
    block.writeBytes(
        FrameClient.block(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/x"));
    byte[] indexed = FrameClient.block("x-a", "b".repeat(4_000));
    indexed[0] = 0x40; // with incremental indexing
    block.writeBytes(indexed);
    for (int i = 0; i < 8_000; i++) block.write(0x80 | 62);
    assertIsCutOffSomehow(
        (client, n) -> client.frame(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * n, block.toByteArray()));
  }

  private static void assertIsCutOffSomehow(Sends sends) throws Exception {
    try (var server = new TestServer();
        var client = server.frames()) {
      try {
        for (int sent = 0; sent < MANY; sent++) sends.frames(client, sent);
      } catch (java.io.IOException cut) {
        // As it should be.
      }
      var told = client.goAwayAndEnd();
      if (told != null) assertThat(told).isNotEqualTo(0);
      assertThat(server.finished).isEmpty();
    }
  }

  @Test
  void more_streams_at_a_time_than_allowed() throws Exception {
    var route =
        Route.get("/wait", r -> new Answer.Later(new CompletableFuture<>(), () -> {})).forAnyone();
    try (var server = new TestServer(HttpLimits.DEFAULT, route);
        var client = server.frames()) {
      for (int i = 0; i < 101; i++) client.get(1 + 2 * i, "/wait");

      FrameClient.Frame frame;
      do {
        frame = client.next();
        assertThat(frame).isNotNull();
      } while (frame.type() != RST_STREAM);
      assertThat(frame.stream()).isEqualTo(201);
      assertThat(frame.error()).isEqualTo(7); // REFUSED_STREAM: it may be repeated
      assertThat(server.http.requests()).isLessThanOrEqualTo(100);
    }
  }

  // ---- headers that are malformed

  @Test
  void malformed_requests_are_refused() throws Exception {
    var table = new StringBuilder();
    try (var server = new TestServer()) {
      for (var each : malformed().entrySet()) {
        try (var client = server.frames()) {
          byte[] block = FrameClient.block(each.getValue());
          client.frame(HEADERS, END_STREAM | END_HEADERS, 1, block);
          var reply = client.reply(1);
          String outcome =
              reply == null
                  ? "connection ended"
                  : reply.status() == 0
                      ? "reset " + reply.reset()
                      : reply.status() + " " + reply.raw().member("code");
          table.append("%-24s%s\n".formatted(each.getKey(), outcome.strip()));
        }
      }
    }
    assertThat(table.toString())
        .isEqualTo(
            """
            well-formed             200
            Host for authority      200
            Host as the authority   200
            no method               400 invalid_request
            no path                 400 invalid_request
            no scheme               400 invalid_request
            no authority            400 invalid_request
            empty path              400 invalid_request
            empty authority         400 invalid_request
            odd scheme              400 invalid_request
            two paths               400 invalid_request
            two methods             400 invalid_request
            two authorities         400 invalid_request
            late pseudo header      400 invalid_request
            unknown pseudo header   400 invalid_request
            a response's            400 invalid_request
            another Host            400 invalid_request
            two Host                400 invalid_request
            user in authority       connection ended
            space in authority      connection ended
            path in authority       connection ended
            absolute path           400 invalid_request
            fragment in path        400 invalid_request
            space in path           400 invalid_request
            CR LF in path           400 invalid_request
            encoded slash           400 invalid_request
            method with space       400 invalid_request
            CONNECT                 400 invalid_request
            upper case name         400 invalid_request
            space in name           400 invalid_request
            CR LF in value          400 invalid_request
            NUL in value            400 invalid_request
            Connection              400 invalid_request
            Keep-Alive              400 invalid_request
            Transfer-Encoding       400 invalid_request
            Upgrade                 400 invalid_request
            TE gzip                 400 invalid_request
            two lengths             400 invalid_request
            length +0               400 invalid_request
            """);
  }

  private static Map<String, String[]> malformed() {
    var cases = new LinkedHashMap<String, String[]>();
    String[] m = {":method", "GET"};
    String[] s = {":scheme", "https"};
    String[] a = {":authority", "a"};
    String[] p = {":path", "/healthz"};
    cases.put("well-formed", all(m, s, a, p));
    cases.put("Host for authority", all(m, s, p, f("host", "a")));
    cases.put("Host as the authority", all(m, s, a, p, f("host", "A")));
    cases.put("no method", all(s, a, p));
    cases.put("no path", all(m, s, a));
    cases.put("no scheme", all(m, a, p));
    cases.put("no authority", all(m, s, p));
    cases.put("empty path", all(m, s, a, f(":path", "")));
    cases.put("empty authority", all(m, s, f(":authority", ""), p));
    cases.put("odd scheme", all(m, f(":scheme", "ftp"), a, p));
    cases.put("two paths", all(m, s, a, p, p));
    cases.put("two methods", all(m, m, s, a, p));
    cases.put("two authorities", all(m, s, a, a, p));
    cases.put("late pseudo header", all(m, s, a, f("x-a", "b"), p));
    cases.put("unknown pseudo header", all(m, s, a, p, f(":x", "y")));
    cases.put("a response's", all(m, s, a, p, f(":status", "200")));
    cases.put("another Host", all(m, s, a, p, f("host", "b")));
    cases.put("two Host", all(m, s, p, f("host", "a"), f("host", "a")));
    cases.put("user in authority", all(m, s, f(":authority", "u@a"), p));
    cases.put("space in authority", all(m, s, f(":authority", "a b"), p));
    cases.put("path in authority", all(m, s, f(":authority", "a/b"), p));
    cases.put("absolute path", all(m, s, a, f(":path", "http://a/healthz")));
    cases.put("fragment in path", all(m, s, a, f(":path", "/healthz#a")));
    cases.put("space in path", all(m, s, a, f(":path", "/healthz /x")));
    cases.put("CR LF in path", all(m, s, a, f(":path", "/healthz\r\nx")));
    cases.put("encoded slash", all(m, s, a, f(":path", "/v1/operations/a%2fb")));
    cases.put("method with space", all(f(":method", "GET /x"), s, a, p));
    cases.put("CONNECT", all(f(":method", "CONNECT"), a));
    cases.put("upper case name", all(m, s, a, p, f("X-A", "b")));
    cases.put("space in name", all(m, s, a, p, f("x a", "b")));
    cases.put("CR LF in value", all(m, s, a, p, f("x-a", "b\r\nc: d")));
    cases.put("NUL in value", all(m, s, a, p, f("x-a", "b\0c")));
    cases.put("Connection", all(m, s, a, p, f("connection", "close")));
    cases.put("Keep-Alive", all(m, s, a, p, f("keep-alive", "a")));
    cases.put("Transfer-Encoding", all(m, s, a, p, f("transfer-encoding", "chunked")));
    cases.put("Upgrade", all(m, s, a, p, f("upgrade", "a")));
    cases.put("TE gzip", all(m, s, a, p, f("te", "gzip")));
    cases.put("two lengths", all(m, s, a, p, f("content-length", "0"), f("content-length", "0")));
    cases.put("length +0", all(m, s, a, p, f("content-length", "+0")));
    return cases;
  }

  private static String[] f(String name, String value) {
    return new String[] {name, value};
  }

  private static String[] all(String[]... fields) {
    var all = new java.util.ArrayList<String>();
    for (var field : fields) all.addAll(java.util.List.of(field));
    return all.toArray(String[]::new);
  }
}
