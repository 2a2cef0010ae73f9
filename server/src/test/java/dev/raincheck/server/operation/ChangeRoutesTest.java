package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChangeRoutesTest {
  private static final String UNKNOWN = "op_01JD8X0000000000000000000Z";

  private final ListsServer server = new ListsServer();

  ChangeRoutesTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/cancel", ":cancel"})
  void what_waits_is_canceled_at_once(String verb) throws Exception {
    server.await(server.submit("stuck"), "running");
    var queued = server.submit("stuck");

    var answer = server.post(path(queued) + verb, "{\"reason\":\"customer left\"}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer))
        .contains("\"status\":\"canceled\"", "\"done\":true", "\"cancel_requested\":true")
        .contains("\"error\":{\"code\":\"operation_canceled\",\"message\":\"customer left\"");
    assertThat(header(answer, "Operation-Location"))
        .isEqualTo("https://api.example.com/v1/operations/" + queued);
    assertThat(header(answer, "ETag")).isEqualTo(etag(queued));
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(answer, "Location")).isEmpty();
    assertThat(header(answer, "Retry-After")).isEmpty();
    assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
  }

  @Test
  void what_runs_is_being_canceled_and_asking_again_changes_nothing() throws Exception {
    var running = server.await(server.submit("stuck"), "running");

    for (int i = 0; i < 2; i++) {
      var answer = cancel(running);
      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(text(answer)).contains("\"status\":\"canceling\"", "\"version\":3,");
      assertThat(header(answer, "Location"))
          .isEqualTo(header(answer, "Operation-Location"))
          .isEqualTo("https://api.example.com/v1/operations/" + running);
      assertThat(header(answer, "Retry-After")).isEqualTo("1");
      assertThat(header(answer, "ETag")).isEqualTo(etag(running));
    }
  }

  @Test
  void what_is_done_stays_what_it_is() throws Exception {
    var done = server.done("echo", "x", "text/plain");
    var before = etag(done);

    var answer = cancel(done);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).contains("\"status\":\"succeeded\"", "\"cancel_requested\":false");
    assertThat(header(answer, "ETag")).isEqualTo(before);
  }

  @Test
  void a_wait_ends_when_the_handler_has_stopped() throws Exception {
    var running = server.await(server.submit("stuck"), "running");
    var waiting =
        server.sending("POST", path(running) + "/cancel", "Prefer", "respond-async, wait=20");
    server.await(running, "canceling");
    server.awaitWaits(1);

    server.giveUp(running);

    var answer = waiting.get();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).contains("\"status\":\"canceled\"");
    assertThat(header(answer, "Preference-Applied")).isEqualTo("wait=20");
  }

  @Test
  void a_wait_that_is_over_is_202() throws Exception {
    var running = server.await(server.submit("stuck"), "running");

    var answer = cancel(running, "Prefer", "wait=1, respond-async");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(header(answer, "Retry-After")).isEqualTo("0");
    assertThat(header(answer, "Preference-Applied")).isEqualTo("respond-async, wait=1");
  }

  @Test
  void a_result_that_comes_first_is_kept() throws Exception {
    var running = server.await(server.submit("stuck"), "running");
    cancel(running);
    server.end(running);
    server.await(running, "succeeded");

    var answer = cancel(running);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).contains("\"status\":\"succeeded\"", "\"cancel_requested\":true");
  }

  @Test
  void a_type_may_forbid_it_but_a_precondition_is_looked_at_first() throws Exception {
    var firm = server.await(server.submit("firm"), "running");

    var answer = cancel(firm);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(text(answer)).contains("\"code\":\"not_cancelable\"");
    assertThat(cancel(firm, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
    assertThat(cancel(firm, "If-Match", etag(firm)).statusCode()).isEqualTo(409);
  }

  @Test
  void a_precondition_compares_strongly_and_comes_before_the_body() throws Exception {
    var running = server.await(server.submit("stuck"), "running");
    var etag = etag(running);

    for (var other : new String[] {"\"a\"", "W/" + etag, "", "a"}) {
      var answer = cancel(running, "If-Match", other);
      assertThat(answer.statusCode()).as(other).isEqualTo(412);
      assertThat(text(answer)).contains("\"code\":\"precondition_failed\"");
    }
    assertThat(server.post(path(running) + "/cancel", "{", "If-Match", "\"a\"").statusCode())
        .isEqualTo(412);
    assertThat(server.await(running, "running")).isEqualTo(running);

    assertThat(cancel(running, "If-Match", "\"a\", " + etag).statusCode()).isEqualTo(202);
    assertThat(cancel(running, "If-Match", etag).statusCode()).as("it moved").isEqualTo(412);
    assertThat(cancel(running, "If-Match", "*").statusCode()).isEqualTo(202);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                      | 400 | invalid_request   | ",
        "[]                     | 400 | invalid_request   | #",
        "{\"reason\":1}         | 400 | invalid_request   | #/reason",
        "{\"why\":\"x\"}        | 400 | unknown_field     | #/why",
        "{\"reason\":\"501\"}   | 422 | validation_failed | #/reason",
      })
  void a_reason_is_a_string_of_500_characters(
      String body, int status, String code, String pointer) throws Exception {
    var running = server.await(server.submit("stuck"), "running");

    var answer =
        server.post(path(running) + "/cancel", body.replace("501", "\uD83D\uDE00".repeat(501)));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(text(answer)).contains("\"code\":\"%s\"".formatted(code));
    if (pointer != null) assertThat(text(answer)).contains("\"pointer\":\"%s\"".formatted(pointer));
    assertThat(server.await(running, "running")).isEqualTo(running);
  }

  @Test
  void no_reason_is_fine_in_every_form() throws Exception {
    server.await(server.submit("stuck"), "running");
    for (var body : new String[] {"", "{}", "{\"reason\":null}", "{\"reason\":\"\"}"}) {
      var answer = server.post(path(server.submit("stuck")) + "/cancel", body);
      assertThat(answer.statusCode()).as(body).isEqualTo(200);
      assertThat(text(answer)).contains("\"message\":\"The operation was canceled.\"");
    }
    var longest = "\uD83D\uDE00".repeat(500);
    var answer =
        server.post(
            path(server.submit("stuck")) + "/cancel", "{\"reason\":\"%s\"}".formatted(longest));
    assertThat(text(answer)).contains("\"message\":\"%s\"".formatted(longest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"
      })
  void a_body_that_is_not_json_is_415(String mediaType) throws Exception {
    var answer =
        server.send(
            "POST", "/v1/operations/%s/cancel".formatted(UNKNOWN), "{}", "Content-Type", mediaType);

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(header(answer, "Accept-Post")).isEqualTo("application/json");
  }

  @Test
  void a_wait_in_the_query_is_400() throws Exception {
    var running = server.await(server.submit("stuck"), "running");

    var answer = server.send("POST", path(running) + "/cancel?wait=5", null);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("\"parameter\":\"wait\"");
  }

  @Test
  void what_is_done_is_deleted_and_deleted_again() throws Exception {
    var done = server.done("echo", "x", "text/plain");

    for (int i = 0; i < 2; i++) {
      var answer = server.send("DELETE", path(done), null);
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.body()).isEmpty();
    }
    for (var rest : new String[] {"", "/result"}) {
      var answer = server.get(path(done) + rest);
      assertThat(answer.statusCode()).isEqualTo(410);
      assertThat(text(answer)).contains("\"code\":\"operation_gone\"");
    }
    assertThat(cancel(done).statusCode()).isEqualTo(410);
    assertThat(text(server.get("/v1/operations"))).contains("\"data\":[]");
  }

  @Test
  void what_is_not_done_is_not_deleted() throws Exception {
    var running = server.await(server.submit("stuck"), "running");

    var answer = server.send("DELETE", path(running), null);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(text(answer)).contains("\"code\":\"operation_not_done\"");
    assertThat(server.send("DELETE", path(running), null, "If-Match", "\"a\"").statusCode())
        .isEqualTo(412);
  }

  @Test
  void a_deletion_may_have_a_precondition() throws Exception {
    var done = server.done("echo", "x", "text/plain");

    var other = server.send("DELETE", path(done), null, "If-Match", "\"a\"");
    assertThat(other.statusCode()).isEqualTo(412);
    assertThat(server.get(path(done)).statusCode()).isEqualTo(200);

    var etag = etag(done);
    assertThat(server.send("DELETE", path(done), null, "If-Match", etag).statusCode())
        .isEqualTo(204);
    assertThat(server.send("DELETE", path(done), null, "If-Match", etag).statusCode())
        .as("it is as it was to be")
        .isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {UNKNOWN, "nosuch"})
  void an_unknown_operation_is_404(String id) throws Exception {
    for (var answer :
        new HttpResponse<?>[] {
          server.post("/v1/operations/%s/cancel?wait=1".formatted(id), "{", "If-Match", "\"a\""),
          server.send("POST", "/v1/operations/%s:cancel".formatted(id), null),
          server.send("DELETE", "/v1/operations/" + id, null, "If-Match", "\"a\""),
        }) {
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(mediaType(answer)).isEqualTo("application/problem+json");
    }
  }

  private static String mediaType(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }

  private HttpResponse<byte[]> cancel(OperationId id, String... headers) throws Exception {
    return server.send("POST", path(id) + "/cancel", null, headers);
  }

  private String etag(OperationId id) throws Exception {
    return header(server.get(path(id)), "ETag");
  }

  private static String path(OperationId id) {
    return "/v1/operations/" + id;
  }
}
