package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Sha256;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ResultRouteTest {
  private static final String EMPTY_SHA256 =
      "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

  private final ListsServer server = new ListsServer();

  ResultRouteTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_result_is_its_bytes_with_their_media_type_validator_and_digests() throws Exception {
    var id = server.done("echo", "Grüße\n", "text/plain; charset=utf-8");

    var answer = result(id);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo("Grüße\n");
    assertThat(header(answer, "Content-Type")).isEqualTo("text/plain; charset=utf-8");
    var digest = Sha256.of(answer.body());
    assertThat(header(answer, "ETag"))
        .isEqualTo(Digests.etag(digest))
        .matches("\"sha256-[0-9a-f]{64}\"");
    assertThat(header(answer, "Repr-Digest")).isEqualTo(Digests.field(digest));
    assertThat(header(answer, "Content-Digest")).isEqualTo(Digests.field(digest));
    assertThat(header(answer, "Accept-Ranges")).isEqualTo("bytes");
    assertThat(header(answer, "Content-Disposition"))
        .isEqualTo("attachment; filename=\"%s.txt\"".formatted(id));
    assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
    assertThat(header(answer, "Vary")).isEqualTo("Accept, Prefer");
    assertThat(header(answer, "Location")).isEmpty();
    assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "echo, bytes=2-4, 234, 2-4",
    "echo, bytes=7-, 789, 7-9",
    "echo, bytes=-3, 789, 7-9",
    "echo, bytes=0-99, 0123456789, 0-9",
    "long, bytes=2-4, 234, 2-4",
    "long, bytes=1999997-, 789, 1999997-1999999",
    "long, bytes=-3, 789, 1999997-1999999",
  })
  void a_range_is_a_part_with_the_digests_of_both(String type, String range, String part, String told)
      throws Exception {
    var id = server.done(type, "0123456789", "text/plain");
    var whole = result(id);

    var answer = result(id, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(206);
    assertThat(text(answer)).isEqualTo(part);
    assertThat(header(answer, "Content-Range")).isEqualTo("bytes %s/%d".formatted(told, whole.body().length));
    assertThat(header(answer, "Content-Length")).isEqualTo("" + part.length());
    assertThat(header(answer, "Content-Digest")).isEqualTo(Digests.field(Sha256.of(answer.body())));
    for (var name : new String[] {"ETag", "Repr-Digest", "Content-Type", "Accept-Ranges", "Cache-Control"}) {
      assertThat(header(answer, name)).as(name).isEqualTo(header(whole, name)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"})
  void a_range_outside_of_the_result_is_416_with_its_length(String range) throws Exception {
    var id = server.done("echo", "0123456789", "text/plain");

    var answer = result(id, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(header(answer, "Content-Range")).isEqualTo("bytes */10");
    assertThat(text(answer)).contains("\"code\":\"range_not_satisfiable\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,4-5", "lines=0-1", "bytes=4-2", "bytes=x-y", "bytes=-", "bytes", ""})
  void what_is_no_single_range_of_bytes_is_answered_whole(String range) throws Exception {
    var id = server.done("echo", "0123456789", "text/plain");

    var answer = result(id, "Range", range);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo("0123456789");
    assertThat(header(answer, "Content-Range")).isEmpty();
  }

  @Test
  void if_range_lets_a_range_through_only_with_the_current_strong_validator() throws Exception {
    var id = server.done("echo", "0123456789", "text/plain");
    var etag = header(result(id), "ETag");

    assertThat(result(id, "Range", "bytes=2-4", "If-Range", etag).statusCode()).isEqualTo(206);
    for (var other :
        new String[] {"W/" + etag, "\"another\"", "Tue, 24 Nov 2026 08:00:00 GMT", "*"}) {
      var answer = result(id, "Range", "bytes=2-4", "If-Range", other);
      assertThat(answer.statusCode()).as(other).isEqualTo(200);
      assertThat(text(answer)).isEqualTo("0123456789");
    }
    // Even a range that could not be satisfied.
    assertThat(result(id, "Range", "bytes=50-", "If-Range", "\"old\"").statusCode()).isEqualTo(200);
    // The client that has it all needs no part.
    assertThat(result(id, "Range", "bytes=2-4", "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  @Test
  void a_long_result_comes_from_the_blob_store_and_is_not_shown_inline() throws Exception {
    var id = server.done("long", "0123456789", "application/json");
    assertThat(server.blobs.all()).hasSize(1);

    var answer = result(id);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).hasSize(2_000_000);
    assertThat(header(answer, "Content-Length")).isEqualTo("2000000");
    assertThat(header(answer, "ETag")).isEqualTo(Digests.etag(Sha256.of(answer.body())));
    assertThat(header(answer, "Content-Digest")).isEqualTo(header(answer, "Repr-Digest"));

    var head = server.send("HEAD", path(id), null, "Range", "bytes=0-1");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(header(head, "Content-Length")).isEqualTo("2000000");
    assertThat(header(head, "Content-Digest")).isEqualTo(EMPTY_SHA256);

    var document = text(server.send("GET", "/v1/operations/" + id, null));
    assertThat(document).contains("\"result\":null", "/result\",\"result_content_type\":\"application/json\"");
  }

  @Test
  void head_is_get_without_a_body_and_digests_what_it_sends() throws Exception {
    var id = server.done("echo", "0123456789", "text/plain");
    var get = result(id);

    var head = server.send("HEAD", path(id), null);

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "Content-Digest")).isEqualTo(EMPTY_SHA256);
    for (var name :
        new String[] {
          "Content-Length", "Content-Type", "ETag", "Repr-Digest", "Content-Disposition", "Vary"
        }) {
      assertThat(header(head, name)).as(name).isEqualTo(header(get, name)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/html, .bin",
    "image/svg+xml, .bin",
    "application/xml, .bin",
    "application/vnd.acme+json, .json",
    "'Application/JSON; charset=utf-8', .json",
    "text/csv, .csv",
    "application/pdf, .pdf",
  })
  void a_result_is_saved_under_a_harmless_name(String mediaType, String ending) throws Exception {
    var id = server.done("echo", "<script>1</script>", mediaType);

    var answer = result(id);

    assertThat(header(answer, "Content-Type")).isEqualTo(mediaType);
    assertThat(header(answer, "Content-Disposition"))
        .isEqualTo("attachment; filename=\"%s%s\"".formatted(id, ending));
    assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain\r\nSet-Cookie: a=b", "téxt/plain", ""})
  void a_media_type_that_cannot_stand_in_a_header_is_told_as_bytes(String mediaType)
      throws Exception {
    var id = server.done("echo", "x", mediaType);

    var answer = result(id);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/octet-stream");
    assertThat(header(answer, "Set-Cookie")).isEmpty();
  }

  @Test
  void who_has_the_result_already_is_told_so() throws Exception {
    var id = server.done("echo", "{}", "application/json");
    var etag = header(result(id), "ETag");

    for (var condition : new String[] {etag, "W/" + etag, "\"a\", " + etag, "*"}) {
      var answer = result(id, "If-None-Match", condition);
      assertThat(answer.statusCode()).as(condition).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      assertThat(header(answer, "ETag")).isEqualTo(etag);
      assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
      assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
      assertThat(header(answer, "Vary")).isEqualTo("Accept, Prefer");
    }
    assertThat(result(id, "If-None-Match", "\"a\"").statusCode()).isEqualTo(200);
  }

  @Test
  void work_that_gives_nothing_is_204() throws Exception {
    var id = server.await(server.submit("nothing"), "succeeded");

    var answer = result(id, "If-None-Match", "*");

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(header(answer, "ETag")).isEmpty();
  }

  @Test
  void what_is_pending_is_202_with_the_operation_and_no_validator() throws Exception {
    var id = server.await(server.submit("stuck"), "running");

    var answer = result(id, "If-None-Match", "*");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(text(answer))
        .contains("\"id\":\"%s\"".formatted(id), "\"status\":\"running\"");
    assertThat(header(answer, "ETag")).isEmpty();
    assertThat(header(answer, "Location"))
        .isEqualTo("https://api.example.com/v1/operations/" + id)
        .isEqualTo(header(answer, "Operation-Location"));
    assertThat(header(answer, "Retry-After")).isEqualTo("1");
    assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
    assertThat(header(answer, "Vary")).isEqualTo("Accept, Prefer");
  }

  @Test
  void a_wait_ends_with_the_operation() throws Exception {
    var id = server.await(server.submit("stuck"), "running");
    var waiting = server.sending("GET", path(id), "Prefer", "wait=20");
    server.awaitWaits(1);

    server.operations().cancel(ListsServer.TENANT, id, "no use", null).join();
    server.giveUp(id);

    var answer = waiting.get();
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(header(answer, "Preference-Applied")).isEqualTo("wait=20");
    assertThat(text(answer))
        .contains("\"code\":\"operation_canceled\"", "\"detail\":\"no use\"");
  }

  @Test
  void a_wait_that_is_over_is_202_and_may_ask_again_at_once() throws Exception {
    var id = server.await(server.submit("stuck"), "running");

    var answer = server.get(path(id) + "?wait=1", "Prefer", "wait=55");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(header(answer, "Retry-After")).isEqualTo("0");
    assertThat(header(answer, "Preference-Applied")).as("the query won").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "56", "1.5", "a", "1&wait=2", "%31%20"})
  void a_wait_in_the_query_that_is_none_is_400(String wait) throws Exception {
    var id = server.done("echo", "x", "text/plain");

    var answer = server.get(path(id) + "?wait=" + wait);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("\"parameter\":\"wait\"").contains("\"invalid_request\"");
  }

  @Test
  void what_failed_is_its_problem() throws Exception {
    var id = server.done("refusing", "{}", "application/json");

    var answer = result(id);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(text(answer))
        .startsWith(
            "{\"type\":\"https://api.example.com/problems/x_no_paper\",\"title\":\"Out of paper\","
                + "\"status\":422,\"detail\":\"There is no paper left.\","
                + "\"instance\":\"urn:request:req_")
        .endsWith("\"code\":\"x_no_paper\",\"retryable\":false,\"details\":[{\"tray\":1.0}]}");
  }

  @Test
  void a_result_may_expire_before_its_operation() throws Exception {
    var id = server.done("fleeting", "x", "text/plain");
    assertThat(result(id).statusCode()).isEqualTo(200);
    server.clock.advance(ListsServer.FLEETING.plusSeconds(1));
    server.awaitResultGone(id);

    var answer = result(id, "If-None-Match", "*");

    assertThat(answer.statusCode()).isEqualTo(410);
    assertThat(text(answer)).contains("\"code\":\"result_expired\"");
    assertThat(header(answer, "Vary")).isEqualTo("Accept, Prefer");
  }

  @Test
  void a_deleted_operation_has_no_result_any_more() throws Exception {
    var id = server.done("echo", "x", "text/plain");
    server.operations().delete(ListsServer.TENANT, id, null).join();

    assertThat(result(id).statusCode()).isEqualTo(410);
    assertThat(text(result(id))).contains("\"code\":\"operation_gone\"");
  }

  @Test
  void who_waits_too_often_is_answered_at_once_and_told_to_come_later() throws Exception {
    var id = server.await(server.submit("stuck"), "running");
    var waiting = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
    for (int i = 0; i < ListsServer.WAITS_PER_KEY; i++) {
      waiting.add(server.sending("GET", path(id) + "?wait=30"));
    }
    server.awaitWaits(ListsServer.WAITS_PER_KEY);

    var answer = result(id, "Prefer", "wait=30");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(Integer.parseInt(header(answer, "Retry-After"))).isGreaterThan(1);
    assertThat(header(answer, "Preference-Applied")).isEmpty();
    server.end(id);
    for (var one : waiting) assertThat(one.get().statusCode()).isEqualTo(204);
    var again = server.await(server.submit("stuck"), "running");
    assertThat(header(server.get(path(again) + "?wait=1"), "Retry-After"))
        .as("all places are free again")
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"op_01JD8X0000000000000000000Z", "nosuch", "op_01jd8x0000000000000000000z"})
  void an_unknown_operation_is_404_whatever_else_is_wrong(String id) throws Exception {
    var answer = server.get("/v1/operations/%s/result?wait=x".formatted(id));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer)).contains("\"code\":\"operation_not_found\"").doesNotContain(id);
  }

  private HttpResponse<byte[]> result(OperationId id, String... headers) throws Exception {
    return server.get(path(id), headers);
  }

  private static String path(OperationId id) {
    return "/v1/operations/%s/result".formatted(id);
  }
}
