package dev.raincheck.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers with one {@code store: postgresql://…}: whatever one accepted, the other answers for. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ClusterTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private EmbeddedPostgres postgres;
  private CountDownLatch go;
  private Node one;
  private Node other;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    postgres = EmbeddedPostgres.start();
    one = start(folder.resolve("one.yaml"));
    other = start(folder.resolve("other.yaml"));
  }

  @AfterAll
  void close() throws Exception {
    one.close();
    other.close();
    client.close();
    postgres.close();
  }

  /** The test's server does not wait for the disk, so that durability is said to be relaxed. */
  private Node start(Path file) throws Exception {
    Files.writeString(
        file,
        """
        listen: "127.0.0.1:0"
        admin_listen: off
        drain_seconds: 0
        store: postgresql://postgres:hush@127.0.0.1:%d/postgres
        durability: relaxed
        """
            .formatted(postgres.getPort()));
    return switch (ConfigFile.read(file, Map.<String, String>of()::get)) {
      case Loaded.Valid(var config) ->
          Node.start(
              config,
              List.of(
                  OperationType.of("echo", (input, _) -> Result.json(input.text())),
                  OperationType.of(
                      "wait",
                      (_, _) -> {
                        go.await();
                        return Result.none();
                      })),
              broken -> {
                throw broken;
              });
      case Loaded.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  @Test
  void the_start_screen_says_where_and_hides_the_password() {
    assertThat(one.screen())
        .contains("postgresql://127.0.0.1:" + postgres.getPort() + "/postgres")
        .contains("PostgreSQL 18")
        .contains("synchronous_commit is off")
        .doesNotContain("hush");
  }

  @Test
  void a_key_used_at_one_is_known_at_the_other() throws Exception {
    var key = UUID.randomUUID().toString();
    var first = submit(one, "echo", key);
    var second = submit(other, "echo", key);

    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(second.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    assertThat(path(second)).isEqualTo(path(first));
  }

  @Test
  void a_poll_at_one_ends_with_the_work_of_the_other() throws Exception {
    go = new CountDownLatch(1);
    var path = path(submit(one, "wait", UUID.randomUUID().toString()));
    var waiting =
        client.sendAsync(
            request(other, path).header("Prefer", "wait=30").build(), BodyHandlers.ofString());
    go.countDown();

    assertThat(waiting.get(60, TimeUnit.SECONDS).body()).contains("\"status\":\"succeeded\"");
  }

  @Test
  void a_cancel_at_one_ends_the_attempt_at_the_other() throws Exception {
    go = new CountDownLatch(1);
    var path = path(submit(one, "wait", UUID.randomUUID().toString()));

    send(request(other, path + "/cancel").POST(BodyPublishers.noBody()));

    var end = send(request(other, path).header("Prefer", "wait=30"));
    assertThat(end.body()).contains("\"status\":\"canceled\"");
  }

  @Test
  void cursors_and_tickets_of_one_are_good_at_the_other() throws Exception {
    var path = path(submit(one, "echo", UUID.randomUUID().toString()));
    submit(one, "echo", UUID.randomUUID().toString());
    var page = send(request(one, "/v1/operations?limit=1"));
    var next = page.headers().firstValue("Link").orElseThrow().replaceFirst(".*<https?://[^/]+([^>]+)>; *rel=\"?next.*", "$1");
    assertThat(send(request(other, next)).statusCode()).isEqualTo(200);

    var ticket = send(request(one, path + "/tickets").POST(BodyPublishers.noBody()));
    assertThat(ticket.statusCode()).as(ticket.body()).isEqualTo(201);
    var text = ticket.body().replaceFirst(".*\"ticket\":\"([^\"]+)\".*", "$1");
    assertThat(send(request(other, path + "?ticket=" + text)).statusCode()).isIn(200, 202);
  }

  @Test
  void a_long_input_sent_to_one_is_read_at_the_other() throws Exception {
    var text = "\"" + "x".repeat(900_000) + "\"";
    var submitted =
        send(
            request(one, "/v1/operations/echo")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(text)));
    var path = path(submitted);
    assertThat(send(request(other, path).header("Prefer", "wait=30")).body()).contains("\"status\":\"succeeded\"");

    assertThat(send(request(other, path + "/result")).body()).isEqualTo(text);
  }

  private HttpResponse<String> submit(Node node, String type, String key) throws Exception {
    return send(
        request(node, "/v1/operations/" + type)
            .header("Idempotency-Key", key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}")));
  }

  private static HttpRequest.Builder request(Node node, String path) {
    return HttpRequest.newBuilder(URI.create(node.publicUrl() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String path(HttpResponse<String> submitted) {
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(202);
    return submitted.headers().firstValue("Location").orElseThrow().replaceFirst("https?://[^/]+", "");
  }
}
