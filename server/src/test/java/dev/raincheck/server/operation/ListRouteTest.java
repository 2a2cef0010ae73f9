package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.tagged;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.tenant.Scopes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListRouteTest {
  private static final Pattern LINK =
      Pattern.compile("<https://api.example.com(/[^>]*)>; rel=\"next\"");

  private final ListsServer server = new ListsServer();

  ListRouteTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void an_empty_list_is_a_page_too() throws Exception {
    var answer = server.get("/v1/operations");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo("{\"data\":[],\"has_more\":false,\"next_cursor\":null}");
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
    assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");
    assertThat(header(answer, "Link")).isEmpty();
  }

  @Test
  void newest_first_25_at_a_time_without_input_and_result() throws Exception {
    var ids = new ArrayList<OperationId>();
    for (int i = 0; i < 26; i++) {
      server.clock.advance(Duration.ofMillis(1));
      ids.add(server.done("echo", "{\"secret\":1}", "application/json"));
    }

    var answer = server.get("/v1/operations");

    assertThat(ids(answer)).isEqualTo(newest(ids).subList(0, 25));
    assertThat(text(answer))
        .contains("\"has_more\":true", "\"result_content_type\":\"application/json\"")
        .doesNotContain("\"result\":n", "\"result\":{", "\"input\":", "secret");
  }

  @Test
  void the_link_goes_through_all_pages_with_the_same_filters_while_others_come_and_go()
      throws Exception {
    var ids = new ArrayList<OperationId>();
    for (int i = 0; i < 7; i++) {
      server.clock.advance(Duration.ofMillis(1));
      ids.add(server.submit(tagged("nothing", "a:b", "order/7?x=1&y=\"+\"")));
      server.submit("nothing");
    }
    for (var id : ids) server.await(id, "succeeded");

    var path = "/v1/operations?limit=3&tag=a%3Ab&correlation_id=order/7?x=1%26y=%22%2B%22&unknown=";
    var seen = new ArrayList<String>();
    var pages = 0;
    while (!path.isEmpty()) {
      var answer = server.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      seen.addAll(ids(answer));
      path = next(answer);
      assertThat(text(answer)).contains("\"has_more\":%s".formatted(!path.isEmpty()));
      if (pages++ == 0) {
        // What comes is not seen any more, and what goes leaves no gap.
        server.clock.advance(Duration.ofMillis(1));
        server.submit(tagged("nothing", "a:b", "order/7?x=1&y=\"+\""));
        server.operations().delete(ListsServer.TENANT, ids.get(4), null).join();
        server.operations().delete(ListsServer.TENANT, ids.get(3), null).join();
      }
    }

    var expected = newest(ids);
    expected.remove(ids.get(3).text()); // The other one that went had been seen.
    assertThat(seen).isEqualTo(expected);
    assertThat(pages).isEqualTo(2);
  }

  @Test
  void every_filter_restricts() throws Exception {
    var done = server.await(server.submit(tagged("nothing", "red", "order-1")), "succeeded");
    var failed = server.await(server.submit("refusing"), "failed");
    server.clock.advance(Duration.ofSeconds(10));
    var running = server.await(server.submit("stuck"), "running");
    var queued = server.submit("stuck");
    var child =
        server.await(
            server.submit(
                new NewOperation(
                    1, "nothing", null, null, null, null, Map.of(), List.of(), null, null,
                    null, new byte[0], done, null)),
            "succeeded");

    assertListed("status=running", running);
    assertListed("status=queued,failed", queued, failed);
    assertListed("type=stuck", queued, running);
    assertListed("type=nobody", new OperationId[0]);
    assertListed("tag=red", done);
    assertListed("correlation_id=order-1", child, done);
    assertListed("correlation_id=" + queued, queued);
    assertListed("parent_id=" + done, child);
    assertListed("dead=true", new OperationId[0]);
    assertListed("dead=false&type=refusing", failed);
    assertListed("created_after=2026-11-24T08:00:00Z&type=stuck", queued, running);
    assertListed("created_after=2026-11-24T09:00:00%2B01:00&type=nothing", child);
    assertListed("created_after=2026-11-24T09:00:00+01:00&type=nothing", child);
    assertListed("created_before=2026-11-24T08:00:10Z", failed, done);
    assertListed("created_before=2026-11-24T03:00:00.001-05:00", failed, done);
    assertListed("created_before=2026-11-24T08:00:00Z", new OperationId[0]);
  }

  @ParameterizedTest
  @CsvSource({
    "limit, 0", "limit, 101", "limit, -1", "limit, 1.0", "limit, 05", "limit, ten", "limit, ''",
    "status, done", "status, ''", "type, Nothing", "tag, a%20b", "correlation_id, ''",
    "parent_id, op_1", "dead, yes", "created_after, 2026-11-24", "created_before, ''",
    "cursor, ''", "limit, 5&limit=5", "status, queued&status=running", "cursor, a&cursor=a",
  })
  void a_parameter_that_is_bad_empty_or_repeated_is_400(String name, String value)
      throws Exception {
    var answer = server.get("/v1/operations?%s=%s".formatted(name, value));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer))
        .contains(
            "\"code\":\"invalid_request\"",
            "\"errors\":[{\"parameter\":\"%s\"".formatted(name));
    assertThat(header(answer, "Raincheck-Outcome")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "%2F", "null", "-1"})
  void a_cursor_that_is_none_is_400(String cursor) throws Exception {
    assertBadCursor(server.get("/v1/operations?cursor=" + cursor));
  }

  @Test
  void a_cursor_is_bound_to_its_filters_and_its_tenant() throws Exception {
    for (int i = 0; i < 3; i++) server.submit(tagged("nothing", "red", null));
    var link = next(server.get("/v1/operations?limit=1&tag=red"));
    assertThat(server.get(link).statusCode()).isEqualTo(200);
    assertThat(server.get(link.replace("limit=1", "limit=2")).statusCode()).isEqualTo(200);

    assertBadCursor(server.get(link.replace("tag=red", "tag=blue")));
    assertBadCursor(server.get(link.replace("tag=red&", "")));
    assertBadCursor(server.get(link + "&status=succeeded"));

    var key = server.key("acme", Scopes.READ);
    assertBadCursor(server.get(link, "Authorization", "Bearer " + key));
  }

  @Test
  void filters_may_be_written_in_another_way_on_the_next_page() throws Exception {
    for (int i = 0; i < 3; i++) server.await(server.submit("nothing"), "succeeded");
    var link =
        next(
            server.get(
                "/v1/operations?limit=1&status=failed,succeeded"
                    + "&created_after=2026-01-01T00:00:00Z"));

    var other =
        link.replace("status=failed%2Csucceeded", "status=succeeded,failed")
            .replace("2026-01-01T00%3A00%3A00Z", "2026-01-01T01:00:00%2B01:00");
    assertThat(other).isNotEqualTo(link);
    assertThat(server.get(other).statusCode()).isEqualTo(200);
  }

  @Test
  void a_tenant_sees_its_own() throws Exception {
    server.submit("nothing");
    var key = server.key("acme", Scopes.READ);

    var answer = server.get("/v1/operations", "Authorization", "Bearer " + key);

    assertThat(text(answer)).startsWith("{\"data\":[],");
  }

  private void assertListed(String query, OperationId... ids) throws Exception {
    var answer = server.get("/v1/operations?" + query);
    assertThat(answer.statusCode()).as(query).isEqualTo(200);
    // Of one and the same millisecond, the order is that of ids.
    var expected = List.of(ids).stream().map(OperationId::text).toList();
    assertThat(ids(answer)).as(query).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static void assertBadCursor(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("\"code\":\"cursor_invalid\"", "\"parameter\":\"cursor\"");
  }

  private static List<String> newest(List<OperationId> ids) {
    var texts = new ArrayList<>(ids.stream().map(OperationId::text).toList());
    Collections.reverse(texts);
    return texts;
  }

  private static List<String> ids(HttpResponse<byte[]> answer) {
    return Pattern.compile("\\{\"id\":\"(op_[0-9A-Z]{26})\"")
        .matcher(text(answer))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /** Path and query of the next page; empty on the last one. */
  private static String next(HttpResponse<byte[]> answer) {
    var link = LINK.matcher(header(answer, "Link"));
    if (!link.matches()) {
      assertThat(text(answer)).endsWith("\"has_more\":false,\"next_cursor\":null}");
      return "";
    }
    var uri = URI.create("http://x" + link.group(1));
    var cursor = uri.getRawQuery().replaceAll(".*cursor=", "");
    assertThat(text(answer)).endsWith("\"next_cursor\":\"%s\"}".formatted(cursor));
    return link.group(1);
  }
}
