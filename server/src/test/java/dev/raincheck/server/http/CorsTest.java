package dev.raincheck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.protocol.ProblemCode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CorsTest {
  private static final String PAGE = "https://app.example.com";
  private static final String ALLOWED = "Access-Control-Allow-Origin";

  private HttpServer server;

  @BeforeEach
  void open() throws Exception {
    var cors = new Cors(Set.of(PAGE, "http://localhost:3000"), Duration.ofSeconds(600));
    var routes =
        new Routes(
            List.of(
                Route.get("/v1/things/{id}", _ -> Response.status(200).json("{}".getBytes())).forAnyone().varies("Accept, Prefer"),
                Route.delete("/v1/things/{id}", _ -> Response.status(204).empty()),
                Route.get("/broken", _ -> { throw new IllegalStateException("on purpose"); }).forAnyone()));
    Authentication nobody = _ -> {
      throw new RefusedException(ProblemCode.UNAUTHORIZED, "Send a key.");
    };
    server =
        HttpServer.start(
            new HttpSettings(URI.create("https://api.example.com"), HttpLimits.DEFAULT),
            List.of(
                new Door("main", "127.0.0.1", 0, new Routes(routes.all()), nobody, QuotaHeaders.NONE, cors, null),
                new Door("plain", "127.0.0.1", 0, new Routes(routes.all()), nobody, QuotaHeaders.NONE)),
            _ -> {},
            new Random(1),
            System::nanoTime);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Map<String, String> head(String door, String line, String... headers) throws Exception {
    try (var client = new RawClient(server.port(door))) {
      var text = new StringBuilder(line).append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
      for (var header : headers) text.append(header).append("\r\n");
      var reply = client.send(text + "\r\n").reply();
      var all = new TreeMap<>(reply.headers());
      all.put("status", String.valueOf(reply.status()));
      return all;
    }
  }

  private static String of(Map<String, String> head, String name) {
    return head.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /v1/things/1", "DELETE /v1/things/1", "GET /nothing", "PUT /v1/things/1", "GET /broken"})
  void every_answer_to_a_page_that_may_read_it_says_so(String line) throws Exception {
    var head = head("main", line, "Origin: " + PAGE);
    assertThat(of(head, ALLOWED)).isEqualTo(PAGE);
    assertThat(of(head, "Access-Control-Expose-Headers").split(", "))
        .contains("Location", "ETag", "Retry-After", "Raincheck-Outcome", "Request-Id", "RateLimit");
    assertThat(of(head, "Access-Control-Allow-Credentials")).isEmpty();
    assertThat(of(head, "Vary")).contains("Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example", "null", "http://app.example.com", "https://app.example.com:444", "*",
        "https://app.example.com.evil.example", "https://APP.example.com", "https://app.example.com, x", ""
      })
  void another_page_is_told_nothing_but_that_it_depends(String origin) throws Exception {
    var head = head("main", "GET /v1/things/1", "Origin: " + origin);
    assertThat(of(head, "status")).isEqualTo("200");
    assertThat(head.keySet()).noneMatch(name -> name.startsWith("access-control-"));
    assertThat(of(head, "Vary")).contains("Origin");
    var preflight =
        head("main", "OPTIONS /v1/things/1", "Origin: " + origin, "Access-Control-Request-Method: DELETE");
    assertThat(of(preflight, "status")).isEqualTo("204");
    assertThat(preflight.keySet()).noneMatch(name -> name.startsWith("access-control-"));
  }

  @Test
  void a_preflight_is_told_methods_and_headers_without_a_credential() throws Exception {
    var head =
        head(
            "main", "OPTIONS /v1/things/1", "Origin: http://localhost:3000",
            "Access-Control-Request-Method: DELETE", "Access-Control-Request-Headers: authorization,prefer");
    assertThat(of(head, "status")).isEqualTo("204");
    assertThat(of(head, ALLOWED)).isEqualTo("http://localhost:3000");
    assertThat(of(head, "Access-Control-Allow-Methods")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
    assertThat(of(head, "Allow")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
    assertThat(of(head, "Access-Control-Allow-Headers").split(", "))
        .contains("Authorization", "Content-Type", "Idempotency-Key", "Prefer", "If-None-Match", "Last-Event-ID");
    assertThat(of(head, "Access-Control-Max-Age")).isEqualTo("600");
  }

  @Test
  void an_options_that_is_no_preflight_is_as_ever() throws Exception {
    var head = head("main", "OPTIONS /v1/things/1", "Origin: " + PAGE);
    assertThat(of(head, "Access-Control-Allow-Methods")).isEmpty();
    assertThat(of(head, "Allow")).isEqualTo("GET, HEAD, DELETE, OPTIONS");
  }

  @Test
  void two_origins_are_none() throws Exception {
    var head = head("main", "GET /v1/things/1", "Origin: " + PAGE, "Origin: " + PAGE);
    assertThat(of(head, ALLOWED)).isEmpty();
  }

  @Test
  void where_nothing_is_configured_nothing_is_said() throws Exception {
    for (var line : List.of("GET /v1/things/1", "OPTIONS /v1/things/1")) {
      var head = head("plain", line, "Origin: " + PAGE, "Access-Control-Request-Method: GET");
      assertThat(head.keySet()).noneMatch(name -> name.startsWith("access-control-"));
      assertThat(of(head, "Vary")).doesNotContain("Origin");
    }
  }
}
