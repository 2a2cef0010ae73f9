package dev.raincheck.server.egress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.egress.EgressAnswer.Answered;
import dev.raincheck.server.egress.EgressAnswer.Blocked;
import dev.raincheck.server.egress.EgressAnswer.Canceled;
import dev.raincheck.server.egress.EgressAnswer.Failed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EgressClientTest {
  private static final int MAX = 100_000;
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final List<EgressClient> clients = new ArrayList<>();

  @AfterEach
  void closeClients() {
    clients.forEach(EgressClient::close);
  }

  @Test
  void a_request_says_who_we_are_and_asks_for_plain_bytes() throws Exception {
    try (var server = ScriptedServer.answering("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok")) {
      var body = new EgressRequest.Bytes("{}".getBytes(UTF_8), Optional.of("application/x+json"));
      var headers = List.of(new EgressHeader("X-One", "1"), new EgressHeader("X-One", "2"));
      var request =
          new EgressRequest(
              "POST",
              UrlTest.url(server.url() + "/a//b?c=d"),
              headers,
              Optional.of(body),
              /* once= */ false,
              LONG,
              MAX,
              MAX);

      var answered = (Answered) answer(client(), request);

      assertThat(answered.status()).isEqualTo(200);
      assertThat(answered.body()).asString().isEqualTo("ok");
      var seen = server.requests().getFirst();
      assertThat(seen.line()).isEqualTo("POST //a//b?c=d HTTP/1.1");
      assertThat(seen.body()).isEqualTo("{}");
      assertThat(seen.headers().keySet())
          .containsExactlyInAnyOrder(
              "host", "user-agent", "accept-encoding", "content-type", "content-length", "x-one");
      assertThat(seen.header("host")).isEqualTo("127.0.0.1:" + server.port());
      assertThat(seen.header("user-agent")).isEqualTo("Raincheck/1.2.3");
      assertThat(seen.header("accept-encoding")).isEqualTo("identity");
      assertThat(seen.header("content-type")).isEqualTo("application/x+json");
      assertThat(seen.header("x-one")).isEqualTo("1, 2");
    }
  }

  @Test
  void a_post_without_a_body_has_length_zero() throws Exception {
    try (var server = ScriptedServer.answering("HTTP/1.1 204 No Content", "", "")) {
      answer(client(), get(server.url(), LONG, "POST"));
      assertThat(server.requests().getFirst().header("content-length")).isEqualTo("0");
      assertThat(server.requests().getFirst().headers()).doesNotContainKey("content-type");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_an_answer_and_is_not_followed(int status) throws Exception {
    try (var canary = new Canary();
        var server =
            ScriptedServer.answering(
                "HTTP/1.1 " + status + " Elsewhere",
                "Location: http://127.0.0.1:" + canary.port() + "/",
                "Content-Length: 0",
                "",
                "")) {
      var answered = (Answered) answer(client(), get(server.url()));
      assertThat(answered.status()).isEqualTo(status);
      assertThat(server.connections()).isEqualTo(1);
      assertThat(canary.connections()).isZero();
    }
  }

  @Test
  void challenges_and_cookies_change_nothing() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              while (talk.read() != null) {
                talk.write(
                    "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                        + "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
              }
            })) {
      var client = client();
      answer(client, get(server.url()));
      answer(client, get(server.url()));

      assertThat(server.connections()).isEqualTo(1);
      assertThat(server.requests()).hasSize(2);
      assertThat(server.requests().get(1).headers()).doesNotContainKeys("cookie", "authorization");
    }
  }

  @Test
  void proxies_of_the_environment_are_not_used() throws Exception {
    String[] names = {"http.proxyHost", "http.proxyPort", "socksProxyHost", "socksProxyPort"};
    try (var canary = new Canary();
        var server = ScriptedServer.answering("HTTP/1.1 204 No Content", "", "")) {
      String port = String.valueOf(canary.port());
      String[] values = {"127.0.0.1", port, "127.0.0.1", port};
      for (int i = 0; i < names.length; i++) System.setProperty(names[i], values[i]);
      System.setProperty("http.nonProxyHosts", "");

      assertThat(answer(client(), get(server.url()))).isInstanceOf(Answered.class);
      assertThat(canary.connections()).isZero();
    } finally {
      for (String name : names) System.clearProperty(name);
      System.clearProperty("http.nonProxyHosts");
    }
  }

  @Test
  void interim_answers_are_passed_over() throws Exception {
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 100 Continue",
            "",
            "HTTP/1.1 103 Early Hints",
            "Link: <a>",
            "",
            "HTTP/1.1 200 OK",
            "Content-Length: 1",
            "",
            "x")) {
      assertThat(((Answered) answer(client(), get(server.url()))).status()).isEqualTo(200);
    }
  }

  @Test
  void a_body_may_end_with_the_connection() throws Exception {
    try (var server = ScriptedServer.answering("HTTP/1.1 200 OK", "", "until the end")) {
      var answered = (Answered) answer(client(), get(server.url()));
      assertThat(answered.body()).asString().isEqualTo("until the end");
    }
  }

  @Test
  void a_truncated_body_is_a_failure() throws Exception {
    try (var server =
        ScriptedServer.answering("HTTP/1.1 200 OK", "Content-Length: 10", "", "short")) {
      assertFails(server, LONG, EgressFault.CONNECTION_CLOSED);
    }
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "5", "short", "")) {
      assertFails(server, LONG, EgressFault.CONNECTION_CLOSED);
    }
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "zz", "short", "")) {
      assertFails(server, LONG, EgressFault.CONNECTION_CLOSED);
    }
  }

  @Test
  void no_answer_at_all_is_a_failure() throws Exception {
    try (var server = ScriptedServer.start(ScriptedServer.Talk::read)) {
      assertFails(server, LONG, EgressFault.CONNECTION_CLOSED);
    }
  }

  @Test
  void a_reset_in_the_middle_of_an_answer_is_a_failure() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
              talk.reset();
            })) {
      assertThat(((Failed) answer(client(), get(server.url()))).fault())
          .isIn(EgressFault.CONNECTION_RESET, EgressFault.CONNECTION_CLOSED);
    }
  }

  @Test
  void a_port_where_nobody_listens_refuses() throws Exception {
    int port;
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = listener.getLocalPort();
    }
    assertThat(answer(client(), get("http://127.0.0.1:" + port + "/")))
        .isEqualTo(new Failed(EgressFault.CONNECTION_REFUSED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99 Low\r\n\r\n",
        "HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n folded: x\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n"
      })
  void what_is_no_http_is_a_failure(String answer) throws Exception {
    try (var server = ScriptedServer.answering(answer)) {
      assertFails(server, LONG, EgressFault.INVALID_HTTP);
    }
  }

  @Test
  void headers_without_end_are_cut_by_size() throws Exception {
    var written = new AtomicLong();
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\n");
              for (int i = 0; ; i++) {
                talk.write("X-" + i + ": " + "a".repeat(1000) + "\r\n");
                written.addAndGet(1000);
              }
            })) {
      assertFails(server, LONG, EgressFault.INVALID_HTTP);
    }
    assertThat(written.get()).isLessThan(16L << 20);
  }

  @Test
  void headers_without_end_are_cut_by_the_deadline() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\nX: ");
              talk.drip("a");
            })) {
      assertFails(server, SHORT, EgressFault.TIMEOUT);
    }
  }

  @Test
  void interim_answers_without_end_are_cut_by_the_deadline() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.drip("HTTP/1.1 103 Early Hints\r\n\r\n");
            })) {
      assertFails(server, SHORT, EgressFault.TIMEOUT);
    }
  }

  @Test
  void a_body_that_drips_is_cut_by_the_deadline() throws Exception {
    var closed = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
              talk.drip("a");
              closed.countDown();
            })) {
      assertFails(server, SHORT, EgressFault.TIMEOUT);
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void silence_is_cut_by_the_deadline_and_not_by_the_idle_time() throws Exception {
    var idle = limits(Duration.ofMillis(50), 10, 1 << 20);
    var go = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              // Longer than the idle time: the target thinks, and is waited for.
              assertThat(go.await(200, TimeUnit.MILLISECONDS)).isFalse();
              talk.write("HTTP/1.1 204 No Content\r\n\r\n");
              talk.read();
              talk.awaitClose();
            })) {
      var client = client(idle, EgressClientTest::noNames);
      assertThat(answer(client, get(server.url()))).isInstanceOf(Answered.class);
      assertThat(answer(client, get(server.url(), SHORT, "GET")))
          .isEqualTo(new Failed(EgressFault.TIMEOUT));
    }
  }

  @Test
  void an_unused_connection_is_closed_after_its_idle_time() throws Exception {
    var closed = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 204 No Content\r\n\r\n");
              talk.awaitClose();
              closed.countDown();
            })) {
      var client = client(limits(Duration.ofMillis(50), 10, 1 << 20), EgressClientTest::noNames);
      answer(client, get(server.url()));
      // Far below the 20 s after which a connection that cannot be made is given up.
      assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_result_that_is_too_long_is_cut_without_reading_it() throws Exception {
    var written = new AtomicLong();
    byte[] chunk = ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(UTF_8);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              while (written.addAndGet(chunk.length) < 10L << 30) talk.write(chunk);
            })) {
      var client = client();
      var answered = (Answered) answer(client, get(server.url()));
      assertThat(answered.cut()).isTrue();
      assertThat(answered.body()).hasSize(MAX);
      assertThat(client.bufferedBytes()).isZero();
    }
    // What the sockets' buffers took, and no more.
    assertThat(written.get()).isLessThan(64L << 20);
  }

  @Test
  void a_result_of_just_the_longest_length_is_whole() throws Exception {
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 200 OK", "Content-Length: " + MAX, "", "a".repeat(MAX))) {
      var answered = (Answered) answer(client(), get(server.url()));
      assertThat(answered.cut()).isFalse();
      assertThat(answered.body()).hasSize(MAX);
    }
  }

  @Test
  void an_unwanted_answer_is_read_as_an_excerpt() throws Exception {
    try (var server =
        ScriptedServer.answering("HTTP/1.1 500 No", "Content-Length: 1000000", "", "abcdefgh")) {
      var url = UrlTest.url(server.url());
      var request =
          new EgressRequest("GET", url, List.of(), Optional.empty(), false, LONG, MAX, /* excerpt= */ 5);
      var answered = (Answered) answer(client(), request);
      assertThat(answered.status()).isEqualTo(500);
      assertThat(answered.body()).asString().isEqualTo("abcde");
      assertThat(answered.cut()).isTrue();
    }
  }

  @Test
  void answers_share_a_budget_of_memory() throws Exception {
    var tight = limits(Duration.ofSeconds(1), 10, 1_000);
    try (var server =
        ScriptedServer.answering("HTTP/1.1 200 OK", "Content-Length: 2000", "", "a".repeat(2000))) {
      var client = client(tight, EgressClientTest::noNames);
      assertThat(answer(client, get(server.url()))).isEqualTo(new Failed(EgressFault.BUSY));
      assertThat(client.bufferedBytes()).isZero();
    }
  }

  @Test
  void nothing_is_decompressed_and_a_compressed_result_is_refused() throws Exception {
    try (var server =
        ScriptedServer.answering(
            "HTTP/1.1 200 OK", "Content-Encoding: gzip", "Content-Length: 3", "", "abc")) {
      assertFails(server, LONG, EgressFault.CONTENT_ENCODING);
    }
  }

  @Test
  void an_early_refusal_counts_although_the_body_was_not_taken() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.awaitBegin();
              talk.write("HTTP/1.1 413 Too Big\r\nContent-Length: 0\r\n\r\n");
              talk.awaitClose();
            })) {
      var big = new EgressRequest.Bytes(new byte[8 << 20], Optional.empty());
      var url = UrlTest.url(server.url());
      var request =
          new EgressRequest("POST", url, List.of(), Optional.of(big), false, LONG, MAX, MAX);
      assertThat(((Answered) answer(client(), request)).status()).isEqualTo(413);
    }
  }

  @Test
  void a_kept_connection_that_is_closed_on_us_costs_no_answer() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              talk.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              talk.read(); // and closes
            })) {
      var client = client();
      for (int i = 0; i < 3; i++) {
        assertThat(((Answered) answer(client, get(server.url()))).status()).isEqualTo(200);
      }
      assertThat(server.requests()).hasSize(4);
      assertThat(server.requests().get(2).header("connection")).isEqualTo("close");
    }
  }

  @Test
  void a_new_connection_that_is_closed_on_us_is_an_answer() throws Exception {
    try (var server = ScriptedServer.start(ScriptedServer.Talk::read)) {
      assertThat(answer(client(), get(server.url())))
          .isEqualTo(new Failed(EgressFault.CONNECTION_CLOSED));
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void what_must_not_arrive_twice_takes_no_kept_connection() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              while (talk.read() != null) {
                talk.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
            })) {
      var client = client();
      answer(client, get(server.url()));
      var once =
          new EgressRequest(
              "POST", UrlTest.url(server.url()), List.of(), Optional.empty(), true, LONG, MAX, MAX);
      assertThat(((Answered) answer(client, once)).status()).isEqualTo(200);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_canceled_call_closes_its_connection() throws Exception {
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
      EgressCall call = client().send(get(server.url()));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      call.cancel();
      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(answer(call)).isEqualTo(new Canceled());
    }
  }

  @Test
  void closing_the_client_ends_what_is_under_way() throws Exception {
    var asked = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              asked.countDown();
              talk.awaitClose();
            })) {
      var client = client();
      EgressCall call = client.send(get(server.url()));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      client.close();
      assertThat(answer(call)).isEqualTo(new Failed(EgressFault.CONNECTION_CLOSED));
      assertThat(answer(client, get(server.url()))).isEqualTo(new Failed(EgressFault.BUSY));
    }
  }

  @Test
  void thousands_of_slow_targets_are_waited_for_without_threads() throws Exception {
    int calls = 2_000;
    var asked = new CountDownLatch(calls);
    var go = new CountDownLatch(1);
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.read();
              asked.countDown();
              go.await();
              talk.write("HTTP/1.1 204 No Content\r\n\r\n");
            })) {
      var many = new EgressLimits(LONG, LONG, calls, calls, calls, 8_192, 1 << 20);
      var client = client(many, EgressClientTest::noNames);
      var under = new ArrayList<EgressCall>();
      for (int i = 0; i < calls; i++) under.add(client.send(get(server.url())));

      assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().startsWith("egress"))
          .hasSizeLessThan(40);
      assertThat(answer(client, get(server.url()))).isEqualTo(new Failed(EgressFault.BUSY));
      go.countDown();
      for (EgressCall call : under) assertThat(answer(call)).isInstanceOf(Answered.class);
    }
  }

  @Test
  void connections_are_bounded_over_all_hosts() throws Exception {
    var asked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    ScriptedServer.Script slow =
        talk -> {
          talk.read();
          asked.countDown();
          go.await();
          talk.write("HTTP/1.1 204 No Content\r\n\r\n");
        };
    try (var one = ScriptedServer.start(slow);
        var other = ScriptedServer.start(slow)) {
      var client =
          client(
              new EgressLimits(LONG, LONG, 10, 1, 10, 8_192, 1 << 20), EgressClientTest::noNames);
      EgressCall first = client.send(get(one.url()));
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(answer(client, get(other.url()))).isEqualTo(new Failed(EgressFault.BUSY));
      assertThat(client.connections()).isEqualTo(1);
      go.countDown();
      assertThat(answer(first)).isInstanceOf(Answered.class);
      assertThat(other.connections()).isZero();
    }
  }

  @Test
  void connections_to_one_host_are_bounded_and_the_rest_waits() throws Exception {
    var inside = new AtomicLong();
    var most = new AtomicLong();
    try (var server =
        ScriptedServer.start(
            talk -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              while (talk.read() != null) talk.write("HTTP/1.1 204 No Content\r\n\r\n");
              inside.decrementAndGet();
            })) {
      var client =
          client(
              new EgressLimits(LONG, LONG, 2, 10, 100, 8_192, 1 << 20), EgressClientTest::noNames);
      var calls = new ArrayList<EgressCall>();
      for (int i = 0; i < 50; i++) calls.add(client.send(get(server.url())));
      for (EgressCall call : calls) assertThat(answer(call)).isInstanceOf(Answered.class);
    }
    assertThat(most.get()).isBetween(1L, 2L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:%d/", "http://[::1]:%d/", "http://[::ffff:127.0.0.1]:%d/",
        "http://[::127.0.0.1]:%d/", "http://0.0.0.0:%d/", "http://localhost:%d/",
        "http://[::]:%d/", "http://[64:ff9b::7f00:1]:%d/", "http://[2002:7f00:1::]:%d/"
      })
  void loopback_is_blocked_in_every_writing(String text) throws Exception {
    try (var canary = new Canary()) {
      var client =
          client(
              EgressPolicy.forOperator(EgressPolicy.Allowed.NOTHING, List.of()),
              EgressLimits.DEFAULT,
              _ -> List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")));
      assertThat(answer(client, get(text.formatted(canary.port())))).isEqualTo(new Blocked());
      assertThat(canary.connections()).isZero();
    }
  }

  @Test
  void a_name_that_changes_its_address_after_the_check_gains_nothing() throws Exception {
    // 127.0.0.2 plays the public address: it is the only one that the policy permits.
    var policy = EgressPolicy.forOperator(EgressPolicy.Allowed.of(List.of("127.0.0.2")), List.of());
    var lookups = new AtomicLong();
    NameResolver flips =
        _ ->
            List.of(
                InetAddress.ofLiteral(lookups.incrementAndGet() == 1 ? "127.0.0.2" : "127.0.0.1"));
    try (var server =
            ScriptedServer.start(
                "127.0.0.2",
                0,
                talk -> {
                  talk.read();
                  talk.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                });
        var canary = new Canary(server.port())) {
      var client = client(policy, EgressLimits.DEFAULT, flips);
      String url = "http://rebind.test:" + server.port() + "/";

      assertThat(answer(client, get(url))).isInstanceOf(Answered.class);
      assertThat(lookups.get()).isEqualTo(1);
      assertThat(answer(client, get(url))).isEqualTo(new Blocked());
      // At times the pool asks twice, for the request and for the connection that just closed.
      assertThat(lookups.get()).isBetween(2L, 3L);
      assertThat(canary.connections()).isZero();
      assertThat(server.requests().getFirst().header("host"))
          .isEqualTo("rebind.test:" + server.port());
    }
  }

  @Test
  void of_mixed_addresses_only_the_permitted_are_dialled() throws Exception {
    var policy = EgressPolicy.forOperator(EgressPolicy.Allowed.of(List.of("127.0.0.2")), List.of());
    NameResolver mixed =
        _ -> List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
    try (var server =
            ScriptedServer.start(
                "127.0.0.2",
                0,
                talk -> {
                  talk.read();
                  talk.write("HTTP/1.1 204 No Content\r\n\r\n");
                });
        var canary = new Canary(server.port())) {
      var client = client(policy, EgressLimits.DEFAULT, mixed);
      assertThat(answer(client, get("http://under_score.test:" + server.port() + "/")))
          .isInstanceOf(Answered.class);
      assertThat(canary.connections()).isZero();
    }
  }

  @Test
  void a_name_without_addresses_is_a_dns_error() {
    assertThat(answer(client(), get("http://nowhere.test/")))
        .isEqualTo(new Failed(EgressFault.DNS_ERROR));
  }

  @Test
  void a_name_server_that_hangs_holds_up_neither_the_deadline_nor_other_calls() throws Exception {
    var hang = new CountDownLatch(1);
    NameResolver names =
        name -> {
          awaitQuietly(hang);
          return noNames(name);
        };
    try (var server = ScriptedServer.answering("HTTP/1.1 204 No Content", "", "")) {
      var client = client(limits(LONG, 10, 1 << 20), names);
      EgressCall hanging = client.send(get("http://slow.test/", SHORT, "GET"));
      assertThat(answer(client, get(server.url()))).isInstanceOf(Answered.class);
      assertThat(answer(hanging)).isEqualTo(new Failed(EgressFault.TIMEOUT));
    } finally {
      hang.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host", "content-length", "Transfer-Encoding", "Connection", "TE", "Upgrade", "Trailer",
        "Expect", "Proxy-Authorization", "Accept-Encoding", "X Y", "X:Y", "", "X\r\nY"
      })
  void headers_that_frame_or_route_cannot_be_set(String name) {
    assertThatThrownBy(() -> new EgressHeader(name, "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"canary\r\nHost: x", "canary\n", "canary\0", "canaryä", " canary"})
  void header_values_cannot_break_out_and_are_not_told(String value) {
    assertThatThrownBy(() -> new EgressHeader("X-Key", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("canary");
  }

  private void assertFails(ScriptedServer server, Duration within, EgressFault fault) {
    var client = client();
    assertThat(answer(client, get(server.url(), within, "GET"))).isEqualTo(new Failed(fault));
    assertThat(client.bufferedBytes()).isZero();
  }

  private EgressClient client() {
    return client(limits(Duration.ofSeconds(1), 100, 1 << 20), EgressClientTest::noNames);
  }

  private EgressClient client(EgressLimits limits, NameResolver names) {
    var loopback = EgressPolicy.Allowed.of(List.of("127.0.0.0/8", "::1"));
    return client(EgressPolicy.forOperator(loopback, List.of()), limits, names);
  }

  private EgressClient client(EgressPolicy policy, EgressLimits limits, NameResolver names) {
    var client = new EgressClient(policy, limits, names, "1.2.3", Optional.empty());
    clients.add(client);
    return client;
  }

  private static EgressLimits limits(Duration idle, int calls, long buffered) {
    return new EgressLimits(LONG, idle, calls, calls, calls, 8_192, buffered);
  }

  private static List<InetAddress> noNames(String name) throws UnknownHostException {
    throw new UnknownHostException(name);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private static EgressRequest get(String url) {
    return get(url, LONG, "GET");
  }

  private static EgressRequest get(String url, Duration within, String method) {
    return new EgressRequest(
        method, UrlTest.url(url), List.of(), Optional.empty(), /* once= */ false, within, MAX, MAX);
  }

  private static EgressAnswer answer(EgressClient client, EgressRequest request) {
    return answer(client.send(request));
  }

  private static EgressAnswer answer(EgressCall call) {
    return call.answer().toCompletableFuture().join();
  }

  /** Listens where nobody may come. */
  static final class Canary implements AutoCloseable {
    private final ServerSocketChannel channel;

    Canary() throws IOException {
      this(0);
    }

    Canary(int port) throws IOException {
      channel = ServerSocketChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      channel.configureBlocking(false);
    }

    int port() {
      return channel.socket().getLocalPort();
    }

    /** Whoever connected before this call is in the backlog, so nothing needs to be waited for. */
    int connections() throws IOException {
      int count = 0;
      for (var visitor = channel.accept(); visitor != null; visitor = channel.accept()) {
        visitor.close();
        count++;
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
