package dev.raincheck.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A door with TLS: what it negotiates, what it refuses, and how its certificate is exchanged. */
@Timeout(60)
class TlsTest {
  private static TestServer server(HttpLimits limits) throws Exception {
    return new TestServer(limits, TestPems.any());
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
  void a_client_gets_the_version_that_it_asks_for(HttpClient.Version version) throws Exception {
    try (var server = server(HttpLimits.DEFAULT);
        var client =
            HttpClient.newBuilder().sslContext(TestPems.any().client()).version(version).build()) {
      var url = URI.create("https://localhost:%d/healthz".formatted(server.http.port("main")));
      var reply = client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());

      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(reply.version()).isEqualTo(version);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void tls_1_2_and_1_3_are_spoken_with_forward_secrecy(String version) throws Exception {
    try (var server = server(HttpLimits.DEFAULT);
        var socket = socket(server, version)) {
      socket.startHandshake();

      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getSession().getCipherSuite()).matches("TLS_(AES|CHACHA20|ECDHE)_.*");
    }
  }

  @Test
  void ciphers_without_forward_secrecy_or_authentication_of_data_are_not() throws Exception {
    try (var server = server(HttpLimits.DEFAULT)) {
      for (var cipher :
          List.of("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")) {
        try (var socket = socket(server, "TLSv1.2")) {
          socket.setEnabledCipherSuites(new String[] {cipher});
          assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
        }
      }
    }
  }

  private static SSLSocket socket(TestServer server, String version) throws Exception {
    var socket =
        (SSLSocket)
            TestPems.any()
                .client()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.http.port("main"));
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  @Test
  void plain_http_is_told_that_this_is_tls() throws Exception {
    try (var server = server(HttpLimits.DEFAULT);
        var client = new RawClient(server.http.port("main"))) {
      var reply = client.send("POST /v1/operations/t HTTP/1.1\r\nHost: a\r\n\r\n").reply();

      assertThat(reply).satisfies(HostileHttpTest::isProblem);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.member("detail")).contains("TLS").contains("https");
      assertThat(reply.header("Raincheck-Outcome")).isEqualTo("not-accepted");
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void http_2_without_tls_is_refused_where_tls_is_spoken() throws Exception {
    try (var server = server(HttpLimits.DEFAULT);
        var client = new RawClient(server.http.port("main"))) {
      var reply = client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").reply();

      assertThat(reply).isNotNull();
      assertThat(reply.status()).isEqualTo(400);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void a_handshake_that_does_not_come_or_stops_half_way_is_cut() throws Exception {
    byte[] helloBegins = "\u0016\u0003\u0001\u0002\u0000\u0001".getBytes(ISO_8859_1);
    try (var server = server(Limits.header(ofSeconds(3)));
        var silent = new RawClient(server.http.port("main"));
        var half = new RawClient(server.http.port("main")).send(helloBegins);
        var done = server.connect()) {
      done.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(done.reply()).isNotNull();

      assertThat(silent.isClosed()).isTrue();
      assertThat(half.isClosed()).isTrue();
      done.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(done.reply()).isNotNull();
    }
  }

  @Test
  void handshakes_count_as_connections() throws Exception {
    try (var server = server(Limits.connections(1));
        var silent = new RawClient(server.http.port("main"))) {
      assertThat(silent.hasInput(100)).isFalse();
      assertThat(server.http.connections()).isEqualTo(1);
      try (var other = new RawClient(server.http.port("main"))) {
        assertThat(other.isClosed()).isTrue();
      }
    }
  }

  @Test
  void a_new_certificate_is_shown_to_new_connections_and_old_ones_go_on() throws Exception {
    var next = TestPems.make("RSA", "-validity", "60");
    var tls = new Tls(TestPems.any().identity());
    var routes = new Routes(List.of(Route.get("/a", r -> Response.status(204).empty()).forAnyone()));
    var door =
        new Door(
            "main", "127.0.0.1", 0, routes, request -> TestServer.principal("x"),
            QuotaHeaders.NONE, Cors.NONE, tls);
    var settings = new HttpSettings(URI.create("https://a"), HttpLimits.DEFAULT);
    try (var server =
            HttpServer.start(
                settings, List.of(door), RequestListener.NONE, new Random(1), System::nanoTime);
        var before = FrameClient.encrypted(server.port("main"), TestPems.any()).begin()) {
      assertThat(before.get(1, "/a").reply(1)).isNotNull();
      tls.use(next.identity());

      assertThat(before.get(3, "/a").reply(3)).isNotNull();
      try (var after = FrameClient.encrypted(server.port("main"), next).begin()) {
        assertThat(after.get(1, "/a").reply(1)).isNotNull();
      }
      assertThatThrownBy(() -> FrameClient.encrypted(server.port("main"), TestPems.any()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  /** Where the end of the connection is the end of the answer, a cut one must not end politely. */
  @Test
  void a_live_answer_that_is_cut_does_not_look_like_a_good_end() throws Exception {
    var outlets = new LinkedBlockingQueue<Outlet>();
    var source =
        new Answer.Source() {
          @Override
          public void open(Outlet outlet) {
            outlets.add(outlet);
          }

          @Override
          public void drained() {}

          @Override
          public void closed(boolean tooSlow) {}
        };
    var head = Response.status(200).body("text/event-stream", new byte[0]);
    var live = Route.get("/live", request -> new Answer.Live(head, source)).forAnyone();
    try (var server = new TestServer(HttpLimits.DEFAULT, TestPems.any(), live);
        var socket = socket(server, "TLSv1.3")) {
      socket.getOutputStream().write("GET /live HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
      var outlet = outlets.take();
      outlet.offer("one".getBytes(ISO_8859_1));
      var in = socket.getInputStream();
      var seen = new StringBuilder();
      while (seen.indexOf("\r\n\r\none") < 0) seen.append((char) in.read());
      outlet.cut();

      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    }
  }
}
