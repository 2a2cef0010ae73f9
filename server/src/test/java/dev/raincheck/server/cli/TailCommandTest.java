package dev.raincheck.server.cli;

import static dev.raincheck.server.cli.Documents.PROBLEM;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TailCommandTest {
  private static final String SSE = "Content-Type: text/event-stream";
  private final ScriptedServer server = new ScriptedServer();
  private final Shell shell = new Shell(server.url());

  @AfterEach
  void the_whole_script_was_played() {
    assertThat(server.left()).isZero();
    server.close();
  }

  private static String event(String name, String id, String type, String data) {
    return "event: %s\n%sdata: {\"type\":\"%s\",\"timestamp\":\"T\",\"operation_id\":\"op_1\",\"data\":%s}\n\n"
        .formatted(name, id.isEmpty() ? "" : "id: " + id + "\n", type, data);
  }

  @Test
  void shows_a_line_for_each_event_and_resumes() {
    server
        .then(
            200,
            "retry: 2000\n: ok\n\n"
                + event("snapshot", "a", "operation.snapshot", "{}")
                + event("status", "b", "operation.running", "{\"type\":\"report\"}")
                + event("progress", "", "operation.progress", "{\"percent\":50,\"message\":\"half\"}"),
            SSE)
        .then(
            200,
            event("snapshot", "c", "operation.snapshot", "{},\"resync\":true")
                + event("log", "d", "operation.log", "{\"message\":\"hello\"}"),
            SSE)
        .then(401, "{\"title\":\"No credential\"}", PROBLEM);

    assertThat(shell.run("tail", "--types", "report", "--tags", "a,b", "--after", "0")).isEqualTo(3);

    var request = "GET /v1/events?types=report&tags=a%2Cb | Accept: text/event-stream | Last-event-id: ";
    assertThat(server.requests()).containsExactly(request + "0", request + "b", request + "d");
    assertThat(shell.pauses).containsExactly(ofSeconds(2), ofSeconds(1));
    assertThat(shell.out())
        .isEqualTo(
            """
            T  op_1  operation.running  report
            T  op_1  operation.progress  50 %  half
            T  op_1  operation.log  hello
            """);
    assertThat(shell.err()).startsWith("what came before cannot be told any more\n");
  }
}
