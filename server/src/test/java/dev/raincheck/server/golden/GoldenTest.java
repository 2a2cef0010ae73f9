package dev.raincheck.server.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Store;
import dev.raincheck.server.http.FrameClient;
import dev.raincheck.server.tls.TestPems;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteStore;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every golden file, against a whole server, on every store and over every version of HTTP. A file
 * begins with an empty store.
 */
class GoldenTest {
  /** On every answer, and checked on every answer; not written into each file. */
  private static final Set<String> EVERYWHERE =
      Set.of("request-id", "x-content-type-options", "date", "content-length", "connection");

  private static final JsonMapper JSON = JsonMapper.shared();

  @TempDir Path folder;

  static Stream<Arguments> files() throws IOException, URISyntaxException {
    var root = Path.of(GoldenTest.class.getResource("/golden").toURI());
    try (var files = Files.walk(root)) {
      return files
          .filter(file -> file.toString().endsWith(".http"))
          .sorted()
          .flatMap(
              file ->
                  Stream.of("memory HTTP/1.1", "sqlite HTTP/1.1", "memory h2c", "memory h2")
                      .map(how -> how.split(" "))
                      .map(how -> Arguments.of(root.relativize(file).toString(), how[0], how[1])))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest(name = "{0} on {1} over {2}")
  @MethodSource("files")
  void every_answer_is_as_written(String file, String store, String wire) throws Exception {
    var path = Path.of(GoldenTest.class.getResource("/golden/" + file).toURI());
    try (var server = new GoldenServer(open(store), wire.equals("h2") ? TestPems.any() : null)) {
      var placeholders = new Placeholders();
      placeholders.bind("base", GoldenServer.BASE);
      var contract = new OpenApiContract(
          new String(send(server, wire, "GET", "/openapi.json", List.of(), new byte[0]).body(), UTF_8));
      for (var example : Example.read(path)) {
        var differences = check(server, wire, example, placeholders, contract);
        assertThat(differences).as("%s: %s", file, example.title()).isEmpty();
      }
    }
  }

  private Store open(String store) {
    return store.equals("memory")
        ? new MemoryStore(InstantSource.system())
        : SqliteStore.open(
            SqliteConfig.at(folder.resolve("golden.db")).withReserveBytes(0),
            InstantSource.system(),
            System::nanoTime);
  }

  private static RawExchange.Reply send(
      GoldenServer server,
      String wire,
      String method,
      String target,
      List<String> headers,
      byte[] body)
      throws Exception {
    if (wire.equals("HTTP/1.1")) {
      return RawExchange.send(server.port(), method, target, headers, body);
    }
    try (var client =
        wire.equals("h2")
            ? FrameClient.encrypted(server.port(), TestPems.any())
            : FrameClient.plain(server.port())) {
      return RawExchange.send(client, method, target, headers, body);
    }
  }

  private static List<String> check(
      GoldenServer server,
      String wire,
      Example example,
      Placeholders placeholders,
      OpenApiContract contract)
      throws Exception {
    var target = placeholders.fill(example.target());
    var reply =
        send(
            server,
            wire,
            example.method(),
            target,
            example.requestHeaders().stream().map(placeholders::fill).toList(),
            placeholders.fill(example.requestBody()).getBytes(UTF_8));
    var differences = new ArrayList<String>();
    if (reply.status() != example.status()) {
      differences.add("status is %d, not %d".formatted(reply.status(), example.status()));
    }
    headers(example, reply, placeholders, differences);
    body(example, reply, placeholders, differences);
    differences.addAll(contract.differences(example.method(), target, reply));
    if (!differences.isEmpty()) {
      differences.add("headers: " + reply.headers());
      differences.add("body: " + new String(reply.body(), UTF_8));
    }
    return differences;
  }

  private static void headers(
      Example example, RawExchange.Reply reply, Placeholders placeholders, List<String> differences) {
    if (!reply.header("X-Content-Type-Options").orElse("").equals("nosniff")) {
      differences.add("X-Content-Type-Options is not nosniff");
    }
    if (!placeholders.matches("{{request}}", reply.header("Request-Id").orElse(""))) {
      differences.add("Request-Id is no request id");
    }
    var left =
        reply.headers().stream()
            .filter(line -> !EVERYWHERE.contains(name(line)))
            .collect(Collectors.toCollection(ArrayList::new));
    for (var expected : example.headers()) {
      var match =
          left.stream()
              .filter(line -> name(line).equals(name(expected)))
              .filter(line -> placeholders.matches(value(expected), value(line)))
              .findFirst();
      match.ifPresentOrElse(left::remove, () -> differences.add("no header " + expected));
    }
    left.forEach(line -> differences.add("unexpected header " + line));
  }

  private static void body(
      Example example, RawExchange.Reply reply, Placeholders placeholders, List<String> differences) {
    var actual = new String(reply.body(), UTF_8);
    var type = reply.header("Content-Type").orElse("");
    boolean json = type.startsWith("application/json") || type.startsWith("application/problem+json");
    if (json && !example.body().isEmpty() && !actual.isEmpty()) {
      var likeness = new JsonLikeness(placeholders);
      differences.addAll(likeness.compare(JSON.readTree(example.body()), JSON.readTree(actual)));
    } else if (!placeholders.matches(example.body(), actual.strip())) {
      differences.add("body is %s, not %s".formatted(actual, example.body()));
    }
  }

  private static String name(String line) {
    return line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
  }

  private static String value(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }
}
