package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.tagged;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.tenant.Scopes;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BulkRouteTest {
  private static final String PATH = "/v1/operations/cancel";

  private final ListsServer server = new ListsServer();

  BulkRouteTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void it_is_an_operation_that_can_be_waited_for() throws Exception {
    server.await(server.submit("stuck"), "running");
    for (int i = 0; i < 3; i++) server.submit(tagged("stuck", "red", null));
    server.submit(tagged("stuck", "blue", null));

    var answer = server.post(PATH, "{\"tag\":\"red\"}", "Prefer", "wait=20");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer))
        .contains("\"type\":\"raincheck.bulk_cancel\"", "\"status\":\"succeeded\"")
        .contains("\"result\":{\"matched\":3,\"canceled\":3}")
        .contains("\"progress\":{\"percent\":100,\"current\":3,\"total\":3,\"unit\":\"operation\"");
    assertThat(header(answer, "Preference-Applied")).isEqualTo("wait=20");
    assertThat(text(server.get("/v1/operations?status=canceled&tag=red")).split("\"id\":\"op_"))
        .hasSize(4);
    assertThat(text(server.get("/v1/operations?status=queued&tag=blue")).split("\"id\":\"op_"))
        .hasSize(2);
  }

  @Test
  void it_is_answered_as_a_submit_and_listed_as_an_operation() throws Exception {
    var answer =
        server.post(
            PATH, "{\"dead\":false}", "Correlation-Id", "spring", "Prefer", "respond-async");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(header(answer, "Location"))
        .isEqualTo(header(answer, "Operation-Location"))
        .startsWith("https://api.example.com/v1/operations/op_");
    assertThat(header(answer, "Raincheck-Outcome")).isEqualTo("accepted");
    assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    assertThat(header(answer, "Vary")).isEqualTo("Prefer");
    assertThat(header(answer, "ETag")).isNotEmpty();
    assertThat(header(answer, "Preference-Applied")).isEqualTo("respond-async");
    assertThat(text(answer)).contains("\"correlation_id\":\"spring\"");

    server.await(id(answer), "succeeded");
    var listed =
        server.get("/v1/operations?type=raincheck.bulk_cancel&correlation_id=spring");
    assertThat(text(listed)).contains(id(answer).text());
    assertThat(text(server.get("/v1/operation-types"))).doesNotContain("raincheck.");
    assertThat(server.post("/v1/operations/raincheck.bulk_cancel", "{}").statusCode())
        .isEqualTo(404);
  }

  @Test
  void a_repeated_request_is_the_same_operation() throws Exception {
    var first = server.post(PATH, "{\"tag\":\"red\"}", "Idempotency-Key", "k1");
    var again = server.post(PATH, "{\"tag\":\"red\"}", "Idempotency-Key", "\"k1\"");

    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(id(again)).isEqualTo(id(first));
    assertThat(header(first, "Idempotency-Replayed")).isEmpty();
    assertThat(header(again, "Idempotency-Replayed")).isEqualTo("true");
    assertThat(header(again, "Raincheck-Outcome")).isEqualTo("accepted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"tag\":\"blue\"}", "{\"status\":\"queued\"}"})
  void a_key_of_another_request_is_422_before_the_filters_are_looked_at(String body)
      throws Exception {
    server.post(PATH, "{\"tag\":\"red\"}", "Idempotency-Key", "k1");

    var reused = server.post(PATH, body, "Idempotency-Key", "k1");

    assertThat(reused.statusCode()).isEqualTo(422);
    assertThat(text(reused)).contains("\"code\":\"idempotency_key_reused\"");
    assertThat(header(reused, "Raincheck-Outcome")).isEqualTo("not-accepted");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                          | 400 | invalid_request",
        "{\"limit\":1}              | 400 | unknown_field",
        "{\"dead\":\"true\"}        | 400 | invalid_request",
        "{}                         | 422 | validation_failed",
        "{\"status\":\"queued\"}    | 422 | validation_failed",
        "{\"parent_id\":\"op_\"}    | 422 | validation_failed",
      })
  void a_filter_that_cannot_be_is_refused_for_good(String body, int status, String code)
      throws Exception {
    assertRefused(server.post(PATH, body), status, code);
  }

  @Test
  void it_is_asked_for_with_a_body_of_json_and_without_a_query() throws Exception {
    assertRefused(server.send("POST", PATH, null), 422, "validation_failed");
    assertRefused(
        server.send("POST", PATH, "{\"tag\":\"red\"}", "Content-Type", "text/plain"), 415,
        "unsupported_media_type");
    assertRefused(server.post(PATH + "?type=stuck", "{\"tag\":\"red\"}"), 400, "unknown_field");
    assertRefused(
        server.post(PATH, "{\"tag\":\"red\"}", "Idempotency-Key", ""), 400,
        "idempotency_key_invalid");
  }

  @Test
  void it_needs_the_scope_to_cancel_but_other_media_are_refused_first() throws Exception {
    var key = "Bearer " + server.key("acme", Scopes.READ, Scopes.SUBMIT);

    assertRefused(
        server.post(PATH, "{\"tag\":\"red\"}", "Authorization", key), 403, "insufficient_scope");
    assertRefused(
        server.send("POST", PATH, "x", "Content-Type", "text/plain", "Authorization", key), 415,
        "unsupported_media_type");
  }

  @Test
  void doing_it_again_takes_the_same_scope_and_the_same_filters() throws Exception {
    var bulk = id(server.post(PATH, "{\"tag\":\"red\"}"));
    server.await(bulk, "succeeded");
    var retry = "/v1/operations/%s/retry".formatted(bulk);
    assertRefused(server.post(retry, "{\"input\":{}}"), 422, "validation_failed");
    assertRefused(server.post(retry, "{\"input\":{\"limit\":1}}"), 400, "unknown_field");
    assertThat(server.post(retry, "{\"input\":{\"tag\":\"blue\"}}").statusCode()).isEqualTo(202);

    var submitter = "Bearer " + server.key("default", Scopes.SUBMIT);
    assertRefused(
        server.post(retry, "{}", "Authorization", submitter), 403, "insufficient_scope");
  }

  @Test
  void it_stays_within_its_tenant() throws Exception {
    var stuck = server.submit("stuck");
    var key = server.key("acme", Scopes.CANCEL);

    var answer =
        server.post(
            PATH, "{\"type\":\"stuck\"}", "Authorization", "Bearer " + key, "Prefer", "wait=20");

    assertThat(text(answer)).contains("\"result\":{\"matched\":0,\"canceled\":0}");
    server.await(stuck, "running");
  }

  private static void assertRefused(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    assertThat(text(answer)).contains("\"code\":\"%s\"".formatted(code));
    assertThat(header(answer, "Raincheck-Outcome")).isEqualTo("not-accepted");
  }

  private static OperationId id(HttpResponse<byte[]> answer) {
    return OperationId.parse(header(answer, "Location").replaceAll(".*/", "")).orElseThrow();
  }
}
