package dev.raincheck.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.server.config.JwtAlgorithm;
import dev.raincheck.server.config.JwtIssuer;
import dev.raincheck.server.egress.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/** An issuer on loopback, whose answers a test changes as it goes. */
public final class TestIssuer implements AutoCloseable {
  public static final String KEYS_PATH = "/keys?v=1";
  static final List<JwtAlgorithm> EVERY_ALGORITHM = List.of(JwtAlgorithm.values());

  private final ScriptedServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile String keys = "{\"keys\":[]}";
  private volatile String discovery;
  private volatile Mood mood = Mood.WELL;

  enum Mood {
    WELL,
    AWAY,
    SILENT,
    MOVED
  }

  public TestIssuer() throws IOException {
    server = ScriptedServer.start(this::answer);
    discovery = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(url(), url() + KEYS_PATH);
  }

  private void answer(ScriptedServer.Talk talk) throws Exception {
    var request = talk.read();
    if (request == null) return;
    switch (mood) {
      case AWAY -> talk.reset();
      case SILENT -> closing.await();
      case MOVED -> talk.write("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      case WELL -> {
        boolean asksForKeys = request.line().startsWith("GET " + KEYS_PATH + " ");
        var body = (asksForKeys ? keys : discovery).getBytes(UTF_8);
        talk.write(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                .formatted(body.length));
        talk.write(body);
      }
    }
  }

  public void publishes(TestKey... published) {
    publishes(Arrays.stream(published).map(TestKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}")));
  }

  void publishes(String set) {
    keys = set;
  }

  void describesItself(String document) {
    discovery = document;
  }

  void is(Mood next) {
    mood = next;
  }

  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** How often its keys were asked for. */
  long asked() {
    return server.requests().stream().filter(request -> request.line().contains(KEYS_PATH)).count();
  }

  long askedAnything() {
    return server.requests().size();
  }

  /** Trusted with its keys at a written URL, for a claim that names the tenant. */
  JwtIssuer trusted() {
    return trusted(Optional.of(URI.create(url() + KEYS_PATH)), new JwtIssuer.TenantOf.Claim("org"), false);
  }

  public JwtIssuer trusted(Optional<URI> keysUrl, JwtIssuer.TenantOf tenant, boolean createTenants) {
    return new JwtIssuer(
        "corp", url(), List.of("raincheck", "other"), EVERY_ALGORITHM, keysUrl, tenant, createTenants,
        JwtIssuer.SCOPE_CLAIM, Map.of(), JwtIssuer.CLOCK_SKEW, JwtIssuer.REFRESH);
  }

  @Override
  public void close() throws IOException {
    closing.countDown();
    server.close();
  }
}
