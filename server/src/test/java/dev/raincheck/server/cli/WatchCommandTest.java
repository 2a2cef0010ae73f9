package dev.raincheck.server.cli;

import static dev.raincheck.server.cli.Documents.JSON;
import static dev.raincheck.server.cli.Documents.PROBLEM;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchCommandTest {
  private static final String STREAM =
      "GET /v1/operations/op_01J | Accept: text/event-stream, application/json;q=0.5";
  private static final String SSE = "Content-Type: text/event-stream";

  private final ScriptedServer server = new ScriptedServer();
  private final Shell shell = new Shell(server.url());

  @AfterEach
  void the_whole_script_was_played() {
    assertThat(server.left()).isZero();
    server.close();
  }

  private static String event(String name, String id, String data) {
    return "event: %s\n%sdata: {\"data\":%s}\n\n"
        .formatted(name, id.isEmpty() ? "" : "id: " + id + "\n", data.replace("\n", " "));
  }

  @Test
  void follows_a_stream_and_resumes_it_where_it_broke_off() {
    server
        .then(
            200,
            "retry: 2000\n: ok\n\n"
                + event("snapshot", "1", Documents.operation("queued", false, ""))
                + event("status", "2", Documents.running("null"))
                + ":\n\n"
                + event("progress", "", "{\"percent\":50,\"current\":1,\"total\":2}")
                + event("log", "3", "{\"message\":\"half\"}"),
            SSE)
        .then(200, "retry: 5000\n\n", SSE)
        .then(200, event("end", "4", Documents.succeeded("{\"pages\":3}")), SSE);

    assertThat(shell.run("watch", "op_01J")).isZero();

    assertThat(server.requests())
        .containsExactly(STREAM, STREAM + " | Last-event-id: 3", STREAM + " | Last-event-id: 3");
    assertThat(shell.pauses).containsExactly(ofSeconds(2), ofSeconds(5));
    assertThat(shell.out())
        .isEqualTo(
            """
            2026-11-24T09:00:01.000Z  queued
            2026-11-24T09:00:01.000Z  running
            2026-11-24T09:00:01.000Z  running  50.0 %  1/2
            succeeded: {"pages":3}
            """);
  }

  @Test
  void polls_where_there_are_no_streams() {
    for (int status : new int[] {501, 406}) {
      server
          .then(status, "{\"title\":\"No streams\"}", PROBLEM)
          .then(200, Documents.succeeded("1"), JSON);

      assertThat(shell.run("watch", "op_01J")).isZero();
    }
  }

  @Test
  void an_end_that_was_missed_is_read() {
    server
        .then(200, event("snapshot", "2", Documents.running("null")), SSE)
        .then(204, "")
        .then(200, Documents.succeeded("1"), JSON);

    assertThat(shell.run("watch", "op_01J")).isZero();

    assertThat(shell.out()).endsWith("succeeded: 1\n");
  }

  @Test
  void follows_by_long_polls_that_wait_for_a_change() {
    server
        .then(202, Documents.operation("queued", false, ""), JSON, "ETag: \"1\"", "Retry-After: 2")
        .then(304, "", "ETag: \"1\"", "Retry-After: 0")
        .then(
            202,
            Documents.running("{\"percent\":50,\"current\":1,\"total\":2}"),
            JSON,
            "ETag: \"2\"")
        .then(200, Documents.succeeded("{\"pages\":3}"), JSON, "ETag: \"3\"");

    assertThat(shell.run("watch", "op_01J")).isZero();

    assertThat(server.requests())
        .containsExactly(
            STREAM,
            "GET /v1/operations/op_01J?wait=30 | If-none-match: \"1\"",
            "GET /v1/operations/op_01J?wait=30 | If-none-match: \"1\"",
            "GET /v1/operations/op_01J?wait=30 | If-none-match: \"2\"");
    assertThat(shell.pauses).isEmpty();
    assertThat(shell.out())
        .isEqualTo(
            """
            2026-11-24T09:00:01.000Z  queued
            2026-11-24T09:00:01.000Z  running  50.0 %  1/2
            succeeded: {"pages":3}
            """);
  }

  @Test
  void draws_a_bar_over_itself_on_a_terminal() {
    server
        .then(
            202,
            Documents.running("{\"percent\":25,\"message\":\"half of a half\"}"),
            JSON,
            "ETag: \"1\"")
        .then(202, Documents.running("{\"percent\":100}"), JSON, "ETag: \"2\"")
        .then(
            202, Documents.operation("scheduled", false, ",\"progress\":null"), JSON, "ETag: \"3\"")
        .then(200, Documents.ended("failed", "target_failed", "gave up"), JSON, "ETag: \"4\"");

    assertThat(shell.interactive().run("watch", "op_01J")).isEqualTo(1);

    assertThat(shell.out())
        .isEqualTo(
            "\r[######..................]  running  25.0 %  half of a half"
                + "\r[########################]  running  100.0 %               "
                + "\rscheduled                                   "
                + "\r         \rfailed: target_failed: gave up\n");
  }

  @Test
  void ends_with_the_status() {
    server
        .then(200, Documents.ended("canceled", "operation_canceled", "no need"), JSON)
        .then(200, Documents.operation("succeeded", true, ",\"result\":null"), JSON);

    assertThat(shell.run("watch", "op_01J")).isEqualTo(2);
    assertThat(shell.out()).isEqualTo("canceled: operation_canceled: no need\n");
    assertThat(shell.run("watch", "op_01J")).isZero();
    assertThat(shell.out()).isEqualTo("succeeded\n");
  }

  @Test
  void rests_as_long_as_the_server_asks() {
    server
        .then(202, Documents.operation("queued", false, ""), JSON, "ETag: \"1\"")
        .then(304, "", "ETag: \"1\"", "Retry-After: 12")
        .then(429, "{\"title\":\"Slow down\"}", PROBLEM, "Retry-After: 3")
        .then(503, "{\"title\":\"Draining\"}", PROBLEM, "Retry-After: 999")
        .then(200, Documents.succeeded("1"), JSON);

    assertThat(shell.run("watch", "op_01J", "--poll", "5")).isZero();

    assertThat(shell.pauses).containsExactly(ofSeconds(12), ofSeconds(3), ofSeconds(60));
  }

  @Test
  void gives_up_when_the_server_stays_busy() {
    IntStream.range(0, 10)
        .forEach(i -> server.then(503, "{\"title\":\"Draining\"}", PROBLEM, "Retry-After: 1"));

    assertThat(shell.run("watch", "op_01J")).isEqualTo(3);

    assertThat(shell.err()).isEqualTo("raincheck: 503 Draining\n  retry after: 1 s\n");
    assertThat(shell.pauses).hasSize(9);
  }

  @Test
  void does_not_spin_on_a_server_without_etags() {
    server
        .then(202, Documents.operation("queued", false, ""), JSON)
        .then(202, Documents.operation("queued", false, ""), JSON, "Retry-After: 4")
        .then(200, Documents.succeeded("1"), JSON);

    assertThat(shell.run("watch", "op_01J")).isZero();

    assertThat(shell.pauses).containsExactly(ofSeconds(1), ofSeconds(4));
  }

  @Test
  void an_unknown_operation_is_refused_at_once() {
    server.then(404, "{\"title\":\"No such operation\",\"code\":\"operation_not_found\"}", PROBLEM);

    assertThat(shell.run("watch", "op_0")).isEqualTo(3);

    assertThat(shell.err()).isEqualTo("raincheck: 404 No such operation (operation_not_found)\n");
  }

  @Test
  void a_server_that_was_never_there_is_told_at_once_one_that_restarts_is_waited_for() {
    server.then(202, Documents.operation("queued", false, ""), JSON, "ETag: \"1\"");
    shell.onOutput(server::close);

    assertThat(shell.run("watch", "op_01J")).isEqualTo(4);

    assertThat(shell.pauses)
        .containsExactly(
            ofSeconds(1),
            ofSeconds(2),
            ofSeconds(4),
            ofSeconds(8),
            ofSeconds(16),
            ofSeconds(32),
            ofSeconds(60),
            ofSeconds(60),
            ofSeconds(60));
    var late = new Shell(server.url());
    assertThat(late.run("watch", "op_01J")).isEqualTo(4);
    assertThat(late.pauses).isEmpty();
  }
}
