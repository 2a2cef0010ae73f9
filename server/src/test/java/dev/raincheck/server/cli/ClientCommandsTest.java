package dev.raincheck.server.cli;

import static dev.raincheck.server.cli.Documents.JSON;
import static dev.raincheck.server.cli.Documents.PROBLEM;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCommandsTest {
  private final ScriptedServer server = new ScriptedServer();
  private final Shell shell = new Shell(server.url());

  @TempDir Path folder;

  @AfterEach
  void the_whole_script_was_played() {
    assertThat(server.left()).isZero();
    server.close();
  }

  @Test
  void submit_sends_what_it_was_told_and_shows_the_operation() {
    server.then(202, Documents.operation("queued", false, ""), JSON);
    shell.environment.put("RAINCHECK_API_KEY", "rk_1");

    int code =
        shell.run(
            "submit",
            "report.generate",
            "--data",
            "{\"month\":\"2026-10\"}",
            "--key",
            "k-1",
            "--wait",
            "5",
            "--run-at",
            "2027-01-01T00:00:00Z",
            "--deadline",
            "60",
            "--tag",
            "a",
            "--tag",
            "b",
            "--correlation",
            "order-7");

    assertThat(shell.err()).isEmpty();
    assertThat(code).isZero();
    assertThat(server.requests())
        .containsExactly(
            "POST /v1/operations/report.generate | Authorization: Bearer rk_1"
                + " | Content-type: application/json | Correlation-id: order-7"
                + " | Idempotency-key: k-1 | Prefer: wait=5 | Raincheck-deadline: 60"
                + " | Raincheck-run-at: 2027-01-01T00:00:00Z | Raincheck-tags: a,b"
                + " | {\"month\":\"2026-10\"}");
    assertThat(shell.out())
        .isEqualTo(
            """
            id            op_01J
            type          report.generate
            status        queued
            attempt       1
            created       2026-11-24T09:00:00.000Z
            correlation   op_01J
            """);
  }

  @Test
  void submit_takes_its_input_from_a_file_from_standard_input_or_from_nowhere() throws IOException {
    var file = Files.writeString(folder.resolve("in.csv"), "a;b");
    var accepted = Documents.operation("queued", false, "");
    server.then(202, accepted, JSON).then(202, accepted, JSON).then(202, accepted, JSON);

    shell.run("submit", "t", "-d", "@" + file, "--content-type", "text/csv");
    shell.input("[1]").run("submit", "t", "-d", "-");
    shell.run("submit", "t");

    assertThat(server.requests())
        .containsExactly(
            "POST /v1/operations/t | Content-type: text/csv | a;b",
            "POST /v1/operations/t | Content-type: application/json | [1]",
            "POST /v1/operations/t");
  }

  @Test
  void a_file_that_is_not_there_is_told_before_anything_is_sent() {
    assertThat(shell.run("submit", "t", "-d", "@absent.json")).isEqualTo(64);

    assertThat(shell.err()).isEqualTo("raincheck: there is no readable file absent.json\n");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_submit_that_waited_to_the_end_exits_as_the_operation_ended() {
    server
        .then(200, Documents.succeeded("{\"pages\":3}"), JSON)
        .then(200, Documents.ended("failed", "target_failed", "500 from the target"), JSON)
        .then(200, Documents.ended("canceled", "operation_canceled", "no need"), JSON);

    assertThat(shell.run("submit", "t", "--wait", "5")).isZero();
    assertThat(shell.out()).endsWith("result        {\"pages\":3}\n");
    assertThat(shell.run("submit", "t", "--wait", "5")).isEqualTo(1);
    assertThat(shell.out()).endsWith("error         target_failed: 500 from the target\n");
    assertThat(shell.run("submit", "t", "--wait", "5")).isEqualTo(2);
  }

  @Test
  void get_shows_everything_that_applies() {
    server.then(
        202,
        Documents.operation(
            "scheduled",
            false,
            ",\"progress\":{\"percent\":42.5,\"current\":17,\"total\":40,\"unit\":\"page\","
                + "\"message\":\"rendering\"},\"next_attempt_at\":\"2026-11-24T09:01:00.000Z\","
                + "\"dead\":false,\"retry_of\":\"op_00\","
                + "\"last_error\":{\"code\":\"target_timeout\",\"detail\":\"no answer in 60 s\"}"),
        JSON);

    assertThat(shell.run("get", "op_01J")).isZero();

    assertThat(server.requests()).containsExactly("GET /v1/operations/op_01J");
    assertThat(shell.out())
        .isEqualTo(
            """
            id            op_01J
            type          report.generate
            status        scheduled
            attempt       1
            progress      42.5 %  17/40 page  rendering
            created       2026-11-24T09:00:00.000Z
            next attempt  2026-11-24T09:01:00.000Z
            correlation   op_01J
            retry of      op_00
            last error    target_timeout: no answer in 60 s
            """);
  }

  @Test
  void what_is_no_id_is_never_made_a_path() {
    for (var id : new String[] {"../admin?x=1", "", "a/b", "a b", "%41"}) {
      assertThat(shell.run("get", id)).as(id).isEqualTo(64);
      assertThat(shell.err()).contains("\"%s\" is neither the id of an operation nor".formatted(id));
    }

    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_refusal_with_one_error_is_told_once() {
    server.then(
        400,
        """
        {"title":"The request cannot be read","status":400,"code":"invalid_request",
         "detail":"Give a time.","errors":[{"header":"Raincheck-Run-At","detail":"Give a time."}]}\
        """,
        PROBLEM);

    assertThat(shell.run("submit", "t", "--run-at", "x")).isEqualTo(3);

    assertThat(shell.err())
        .isEqualTo(
            """
            raincheck: 400 The request cannot be read (invalid_request)
              Raincheck-Run-At: Give a time.
            """);
  }

  @Test
  void json_is_printed_as_it_came() {
    var document = Documents.succeeded("{\"amount\":1.10e2}");
    server.then(200, document, JSON);

    shell.run("get", "op_01J", "--json");

    assertThat(shell.out()).isEqualTo(document + "\n");
  }

  @Test
  void nothing_hostile_reaches_the_terminal() {
    var hostile = "\\u001b[2J\\r\\u202e";
    server
        .then(200, Documents.ended("failed", "x_" + hostile, hostile), JSON)
        .then(
            422,
            "{\"title\":\"%s\",\"detail\":\"%s\",\"errors\":[{\"pointer\":\"%s\"}]}"
                .formatted(hostile, hostile, hostile),
            PROBLEM)
        .then(200, "{\"data\":[{\"id\":\"%s\",\"status\":\"\u009b\"}]}".formatted(hostile), JSON)
        .then(200, "{\"raw\":\"\u001b[2J\u009b\"}", JSON);

    for (var command : new String[][] {{"get", "a"}, {"get", "a"}, {"list"}, {"list", "--json"}}) {
      shell.run(command);
      assertThat(shell.out() + shell.err())
          .contains("\\u001b[2J")
          .doesNotContain("\u001b", "\r", "\u202e", "\u009b");
    }
  }

  @Test
  void a_refusal_says_what_to_do_where_and_whom_to_ask() {
    server.then(
        422,
        """
        {"type":"x","title":"The input does not fit","status":422,"code":"validation_failed",
         "detail":"Fix the members below and send it again.",
         "errors":[{"pointer":"#/age","code":"minimum","detail":"must be at least 0"},
                   {"header":"Raincheck-Tags","code":"invalid"}]}\
        """,
        "Content-Type: application/problem+json",
        "Request-Id: req_9");

    assertThat(shell.run("submit", "t", "-d", "{\"age\":-1}")).isEqualTo(3);

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            """
            raincheck: 422 The input does not fit (validation_failed)
              Fix the members below and send it again.
              #/age: must be at least 0
              Raincheck-Tags: invalid
              request id: req_9
            """);
  }

  @Test
  void a_refusal_for_now_says_until_when() {
    server.then(
        503,
        "{\"title\":\"Overloaded\",\"code\":\"overloaded\"}",
        "Content-Type: application/problem+json",
        "Retry-After: 7");

    assertThat(shell.run("submit", "t")).isEqualTo(3);

    assertThat(shell.err())
        .isEqualTo("raincheck: 503 Overloaded (overloaded)\n  retry after: 7 s\n");
  }

  @Test
  void an_answer_from_somebody_else_is_told_from_ours() {
    server
        .then(502, "<html>Bad gateway</html>", "Content-Type: text/html")
        .then(200, "<html>Welcome</html>", "Content-Type: text/html");

    assertThat(shell.run("get", "a")).isEqualTo(4);
    assertThat(shell.err())
        .isEqualTo(
            "raincheck: the answer 502 (text/html) is not one of Raincheck's; is the URL right?\n");
    assertThat(shell.run("get", "a")).isEqualTo(4);
    assertThat(shell.err())
        .isEqualTo(
            "raincheck: the answer is not the JSON that Raincheck sends; is the URL right?\n");
  }

  @Test
  void a_server_that_is_not_there_is_one_clear_line() {
    server.close();

    assertThat(shell.run("get", "op_1")).isEqualTo(4);

    assertThat(shell.err())
        .isEqualTo(
            "raincheck: cannot reach "
                + server.url()
                + ": the connection was refused; is the server running there?"
                + " (`raincheck serve`, --url)\n");
  }

  @Test
  void a_result_goes_to_a_pipe_byte_for_byte() {
    byte[] bytes = {0, 27, (byte) 0xff, '\n'};
    server.then(200, bytes, "Content-Type: application/octet-stream");

    assertThat(shell.run("result", "op_1")).isZero();

    assertThat(shell.outBytes()).isEqualTo(bytes);
    assertThat(server.requests()).containsExactly("GET /v1/operations/op_1/result");
  }

  @Test
  void a_result_on_a_terminal_is_text_made_harmless_or_nothing() {
    server
        .then(200, "a\tb\n\u001b[2J\n", "Content-Type: text/plain; charset=utf-8")
        .then(200, "{}", "Content-Type: application/ld+json")
        .then(200, new byte[] {1}, "Content-Type: image/png");

    assertThat(shell.interactive().run("result", "op_1", "--wait", "5")).isZero();
    assertThat(shell.out()).isEqualTo("a\tb\n\\u001b[2J\n");
    assertThat(shell.run("result", "op_1")).isZero();
    assertThat(shell.run("result", "op_1")).isEqualTo(64);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            "raincheck: the result is image/png, which is not for a terminal; use -o FILE, or"
                + " redirect\n");
    assertThat(server.requests().getFirst()).isEqualTo("GET /v1/operations/op_1/result?wait=5");
  }

  @Test
  void a_result_is_saved_whole_or_not_at_all() throws IOException {
    var file = folder.resolve("report.pdf");
    server
        .then(200, "pdf".getBytes(UTF_8), "Content-Type: application/pdf")
        .then(410, "{\"title\":\"Gone\",\"code\":\"result_expired\"}", PROBLEM);

    assertThat(shell.run("result", "op_1", "-o", file.toString())).isZero();
    assertThat(file).hasContent("pdf");
    assertThat(shell.run("result", "op_1", "-o", file.toString())).isEqualTo(3);
    assertThat(file).hasContent("pdf");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void a_result_that_is_not_there_says_why() {
    server
        .then(204, "")
        .then(202, Documents.operation("running", false, ""), JSON)
        .then(502, "{\"title\":\"Target failed\",\"code\":\"target_failed\"}", PROBLEM);

    assertThat(shell.run("result", "op_1")).isZero();
    assertThat(shell.err()).isEqualTo("the operation succeeded without a result\n");
    assertThat(shell.run("result", "op_1")).isEqualTo(3);
    assertThat(shell.err())
        .isEqualTo("raincheck: it is not done yet; `raincheck watch op_1` waits\n");
    assertThat(shell.run("result", "op_1")).isEqualTo(3);
    assertThat(shell.err()).isEqualTo("raincheck: 502 Target failed (target_failed)\n");
  }

  @Test
  void cancel_and_retry_show_what_became_of_it() {
    server
        .then(202, Documents.operation("canceling", false, ""), JSON)
        .then(200, Documents.ended("canceled", "operation_canceled", "too late"), JSON)
        .then(202, Documents.operation("queued", false, ",\"retry_of\":\"op_0\""), JSON);

    assertThat(shell.run("cancel", "op_0")).isZero();
    assertThat(shell.run("cancel", "op_0", "--reason", "too \"late\"")).isZero();
    assertThat(shell.out()).endsWith("error         operation_canceled: too late\n");
    assertThat(shell.run("retry", "op_0", "-k", "again")).isZero();
    assertThat(shell.out()).endsWith("retry of      op_0\n");

    assertThat(server.requests())
        .containsExactly(
            "POST /v1/operations/op_0/cancel",
            "POST /v1/operations/op_0/cancel | Content-type: application/json"
                + " | {\"reason\":\"too \\\"late\\\"\"}",
            "POST /v1/operations/op_0/retry | Idempotency-key: again");
  }

  @Test
  void list_is_a_table() {
    server.then(
        200,
        """
        {"data":[
          {"id":"op_2","type":"report.generate","status":"running","attempt":1,
           "created_at":"2026-11-24T09:00:00.000Z","updated_at":"2026-11-24T09:00:01.000Z"},
          {"id":"op_1","type":"mail","status":"failed","dead":true,"attempt":10,
           "created_at":"2026-11-24T08:00:00.000Z","updated_at":"2026-11-24T08:00:01.000Z"}],
         "has_more":true,"next_cursor":"c+1"}\
        """,
        JSON);

    int code =
        shell.run(
            "list",
            "--status",
            "running,failed",
            "--type",
            "a.b",
            "--tag",
            "x",
            "--correlation",
            "o 7",
            "--parent",
            "op_0",
            "--dead",
            "--created-after",
            "2026-01-01T00:00:00+01:00",
            "--created-before",
            "2027-01-01T00:00:00Z",
            "--limit",
            "2",
            "--cursor",
            "c");

    assertThat(code).isZero();
    assertThat(server.requests())
        .containsExactly(
            "GET /v1/operations?status=running%2Cfailed&type=a.b&tag=x&correlation_id=o%207"
                + "&parent_id=op_0&dead=true&created_after=2026-01-01T00%3A00%3A00%2B01%3A00"
                + "&created_before=2027-01-01T00%3A00%3A00Z&limit=2&cursor=c");
    assertThat(shell.out())
        .isEqualTo(
            """
            ID    TYPE             STATUS         ATTEMPT  CREATED
            op_2  report.generate  running        1        2026-11-24T09:00:00.000Z
            op_1  mail             failed (dead)  10       2026-11-24T08:00:00.000Z
            """);
    assertThat(shell.err()).isEqualTo("more: --cursor c+1\n");
  }

  @Test
  void an_empty_list_says_so_beside_the_output() {
    server.then(200, "{\"data\":[],\"has_more\":false,\"next_cursor\":null}", JSON);

    assertThat(shell.run("list")).isZero();

    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).isEqualTo("none\n");
    assertThat(server.requests()).containsExactly("GET /v1/operations");
  }

  @Test
  void types_shows_what_each_promises() {
    server.then(
        200,
        """
        {"data":[{"name":"report.generate","description":"Renders.","accepts":["application/json",
          "text/csv"],"guarantees":{"delivery":"at_least_once","max_attempts":10}}]}\
        """,
        JSON);

    assertThat(shell.run("types")).isZero();

    assertThat(shell.out())
        .isEqualTo(
            """
            TYPE             ACCEPTS                     DELIVERY       ATTEMPTS  DESCRIPTION
            report.generate  application/json, text/csv  at_least_once  10        Renders.
            """);
  }
}
