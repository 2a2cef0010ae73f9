package dev.raincheck.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.postgres.ApplicationTransactions;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers answer at once for what an application committed beside its data, whichever is asked. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ApplicationTransactionsTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final ApplicationTransactions raincheck = ApplicationTransactions.in("raincheck");
  private EmbeddedPostgres postgres;
  private Node one;
  private Node other;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    postgres = EmbeddedPostgres.start();
    one = start(folder.resolve("one.yaml"));
    other = start(folder.resolve("other.yaml"));
    try (var application = application();
        var statement = application.createStatement()) {
      statement.execute("CREATE TABLE orders (id text PRIMARY KEY, operation text)");
      application.commit();
    }
  }

  @AfterAll
  void close() throws Exception {
    one.close();
    other.close();
    client.close();
    postgres.close();
  }

  private Node start(Path file) throws Exception {
    Files.writeString(
        file,
        """
        listen: "127.0.0.1:0"
        admin_listen: off
        drain_seconds: 0
        store: postgresql://postgres@127.0.0.1:%d/postgres
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
                      "book",
                      (input, context) -> {
                        try (var application = application();
                            var book = application.prepareStatement("INSERT INTO orders VALUES (?, ?)")) {
                          book.setString(1, context.correlationId());
                          book.setString(2, context.operationId().text());
                          book.execute();
                          raincheck.complete(application, context, input);
                          application.commit();
                        }
                        return Result.completed();
                      })),
              broken -> {
                throw broken;
              });
      case Loaded.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private Connection application() throws SQLException {
    var connection = postgres.getPostgresDatabase().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private String sql(String statement) throws SQLException {
    try (var application = application();
        var ask = application.createStatement();
        var row = ask.executeQuery(statement)) {
      row.next();
      var text = row.getString(1);
      application.commit();
      return text;
    }
  }

  private HttpResponse<String> get(Node node, String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(node.publicUrl() + "/v1/operations/" + path));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void a_poll_after_the_commit_never_meets_a_404_and_waits_for_the_end() throws Exception {
    for (int i = 0; i < 20; i++) {
      var id = sql("SELECT raincheck.submit('echo', '{\"n\": %d}')".formatted(i));
      var shown = get(i % 2 == 0 ? one : other, id, "Prefer", "wait=30");
      assertThat(shown.statusCode()).as(shown.body()).isEqualTo(200);
      assertThat(shown.body()).contains("\"status\":\"succeeded\"").contains(id);
      assertThat(get(one, id + "/result").body()).isEqualTo("{\"n\": %d}".formatted(i));
    }
  }

  @Test
  void its_sub_resources_are_there_as_soon_as_it_is() throws Exception {
    var first = sql("SELECT raincheck.submit('echo', '1', run_at => '2090-01-01Z')");
    assertThat(get(one, first + "/events").body()).contains("operation.scheduled");
    var second = sql("SELECT raincheck.submit('echo', '1', run_at => '2090-01-01Z')");
    assertThat(get(one, second + "/result").statusCode()).isEqualTo(202);
    var third = sql("SELECT raincheck.submit('echo', '1', run_at => '2090-01-01Z')");
    var cancel =
        HttpRequest.newBuilder(URI.create(one.publicUrl() + "/v1/operations/" + third + "/cancel"))
            .POST(BodyPublishers.noBody())
            .build();
    assertThat(client.send(cancel, BodyHandlers.ofString()).body()).contains("\"status\":\"canceled\"");
  }

  @Test
  void a_key_means_one_operation_over_http_and_in_transactions() throws Exception {
    var submit =
        HttpRequest.newBuilder(URI.create(one.publicUrl() + "/v1/operations/echo"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", "order-7")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    var first = sql("SELECT raincheck.submit('echo', '{\"a\": 1}', 'order-7')");
    assertThat(get(other, first).statusCode()).isLessThan(203);
    var replayed = client.send(submit, BodyHandlers.ofString());
    assertThat(replayed.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    assertThat(replayed.headers().firstValue("Location").orElseThrow()).endsWith(first);

    var again = sql("SELECT raincheck.submit('echo', '{\"a\": 1}', 'order-7')");
    var shown = get(one, again, "Prefer", "wait=30");
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body()).contains(first).doesNotContain(again);
    assertThat(get(other, again + "/result").body()).isEqualTo("{\"a\": 1}");
    assertThat(get(other, again + "/events").body()).contains("operation.succeeded").contains(first);
  }

  @Test
  void a_second_id_of_an_operation_waits_for_its_end_too() throws Exception {
    sql("SELECT raincheck.submit('echo', '1', 'later', run_at => now() + interval '1 s')");
    var again = sql("SELECT raincheck.submit('echo', '1', 'later')");
    var shown = get(one, again, "Prefer", "wait=30");
    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(member(shown, "started_at")).isGreaterThanOrEqualTo(member(shown, "run_at"));
  }

  private static String member(HttpResponse<String> shown, String name) {
    return shown.body().replaceFirst("(?s).*\"" + name + "\":\"([^\"]+)\".*", "$1");
  }

  @Test
  void a_type_that_no_server_has_is_shown_and_fails_in_the_open() throws Exception {
    var id = sql("SELECT raincheck.submit('no.such.type', '{}')");
    assertThat(get(one, id).body()).contains("\"status\":\"queued\"").contains("no.such.type");
    assertThat(get(other, id, "Prefer", "wait=30").body())
        .contains("\"status\":\"failed\"")
        .contains("handler_failed")
        .contains("\"dead\":true");
  }

  @Test
  void a_handler_books_and_completes_in_one_transaction() throws Exception {
    var id = sql("SELECT raincheck.submit('book', '{\"booked\": true}', correlation_id => 'order-9')");
    assertThat(get(one, id, "Prefer", "wait=30").body())
        .contains("\"status\":\"succeeded\"")
        .contains("\"result\":{\"booked\": true}");
    assertThat(sql("SELECT operation FROM orders WHERE id = 'order-9'")).isEqualTo(id);
  }
}
