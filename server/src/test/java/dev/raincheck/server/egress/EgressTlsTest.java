package dev.raincheck.server.egress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EgressTlsTest {
  @TempDir static Path folder;
  private static Certificates certificates;
  private static SSLContext good;

  private final List<EgressClient> clients = new ArrayList<>();

  @BeforeAll
  static void makeAuthority() throws Exception {
    certificates = new Certificates(folder);
    good = certificates.server("good.test", "-1d", 10);
  }

  @AfterEach
  void closeClients() {
    clients.forEach(EgressClient::close);
  }

  @Test
  void a_certificate_for_the_name_by_a_trusted_authority_is_taken() throws Exception {
    assertThat(call(good, "good.test")).isInstanceOf(EgressAnswer.Answered.class);
  }

  @Test
  void a_certificate_for_another_name_is_refused() throws Exception {
    assertRefused(good, "other.test");
  }

  @Test
  void an_expired_certificate_is_refused() throws Exception {
    assertRefused(certificates.server("old.test", "-10d", 5), "old.test");
  }

  @Test
  void a_self_signed_certificate_is_refused() throws Exception {
    assertRefused(certificates.selfSigned("self.test"), "self.test");
  }

  @Test
  void by_default_only_the_jdks_authorities_are_trusted() throws Exception {
    try (var server = server(good)) {
      assertThat(call(client(Optional.empty()), server, "good.test"))
          .isEqualTo(new EgressAnswer.Failed(EgressFault.TLS_ERROR));
    }
  }

  @Test
  void a_server_that_speaks_no_tls_is_a_tls_error() throws Exception {
    try (var server =
        ScriptedServer.start(
            talk -> {
              talk.awaitBegin(); // else the client may fail while it still writes
              talk.write("HTTP/1.1 400 Bad Request\r\n\r\n");
              talk.awaitClose();
            })) {
      assertThat(call(client(Optional.of(certificates.trust())), server, "good.test"))
          .isEqualTo(new EgressAnswer.Failed(EgressFault.TLS_ERROR));
    }
  }

  @Test
  void only_tls_1_2_and_1_3_are_offered() throws Exception {
    var offered = new CompletableFuture<List<Integer>>();
    try (var server =
        ScriptedServer.start(
            talk -> {
              var in = new DataInputStream(talk.socket.getInputStream());
              offered.complete(versions(in));
            })) {
      call(client(Optional.empty()), server, "good.test");
    }
    assertThat(offered.join()).containsExactlyInAnyOrder(0x0303, 0x0304);
  }

  /** The versions in a ClientHello's extension supported_versions (RFC 8446, 4.2.1). */
  private static List<Integer> versions(DataInputStream in) throws Exception {
    in.skipNBytes(3);
    var hello = ByteBuffer.wrap(in.readNBytes(in.readUnsignedShort()));
    hello.position(4 + 2 + 32);
    hello.position(hello.get() + hello.position()); // session id
    hello.position(hello.getShort() + hello.position()); // cipher suites
    hello.position(hello.get() + hello.position()); // compression
    hello.getShort();
    while (hello.hasRemaining()) {
      int type = hello.getShort();
      int length = hello.getShort();
      if (type != 43) {
        hello.position(hello.position() + length);
        continue;
      }
      var versions = new ArrayList<Integer>();
      for (int i = hello.get() / 2; i > 0; i--) versions.add((int) hello.getShort());
      return versions;
    }
    return List.of();
  }

  private void assertRefused(SSLContext context, String name) throws Exception {
    assertThat(call(context, name)).isEqualTo(new EgressAnswer.Failed(EgressFault.TLS_ERROR));
  }

  private EgressAnswer call(SSLContext context, String name) throws Exception {
    try (var server = server(context)) {
      return call(client(Optional.of(certificates.trust())), server, name);
    }
  }

  private static ScriptedServer server(SSLContext context) throws Exception {
    ServerSocket listener =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    return ScriptedServer.start(
        listener,
        talk -> {
          if (talk.read() != null) talk.write("HTTP/1.1 204 No Content\r\n\r\n");
        });
  }

  private EgressClient client(Optional<KeyStore> trust) {
    var allowed = EgressPolicy.Allowed.of(List.of("127.0.0.0/8"));
    var policy = EgressPolicy.forOperator(allowed, List.of());
    NameResolver names = _ -> List.of(InetAddress.ofLiteral("127.0.0.1"));
    var client = new EgressClient(policy, EgressLimits.DEFAULT, names, "1", trust);
    clients.add(client);
    return client;
  }

  private static EgressAnswer call(EgressClient client, ScriptedServer server, String name) {
    var url = UrlTest.url("https://" + name + ":" + server.port() + "/");
    var request =
        new EgressRequest(
            "GET", url, List.of(), Optional.empty(), false, Duration.ofSeconds(20), 1000, 1000);
    return client.send(request).answer().toCompletableFuture().join();
  }
}
