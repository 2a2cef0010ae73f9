package dev.raincheck.server.operation;

import static dev.raincheck.server.operation.ListsServer.header;
import static dev.raincheck.server.operation.ListsServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TypeRoutesTest {
  private static final String ECHO =
      """
      {"name":"echo","description":"Gives back what it gets.","accepts":["*/*"],\
      "input_schema":"https://api.example.com/v1/operation-types/echo/schemas/input",\
      "output_schema":null,\
      "progress_schema":"https://api.example.com/v1/operation-types/echo/schemas/progress",\
      "limits":{"input_bytes":4194304,"queue_depth":2000000},\
      "idempotency":{"policy":"required","fingerprint":"jcs","ttl_seconds":86400},\
      "guarantees":{"delivery":"at_least_once","ordering":"none","max_attempts":10,\
      "backoff":{"first_seconds":1,"factor":2,"max_seconds":300},\
      "timeouts":{"answer_seconds":2,"attempt_seconds":60,"heartbeat_seconds":null,\
      "operation_seconds":86400},"dead_letter":["exhausted","timed_out"],\
      "retention":{"operation_seconds":604800,"result_seconds":604800,"key_seconds":86400}},\
      "links":{"self":"https://api.example.com/v1/operation-types/echo",\
      "submit":"https://api.example.com/v1/operations/echo",\
      "operations":"https://api.example.com/v1/operations?type=echo"}}""";

  private static final String FIRM_GUARANTEES =
      """
      "guarantees":{"delivery":"at_most_once","ordering":"none","max_attempts":1,\
      "backoff":{"first_seconds":2,"factor":1.5,"max_seconds":9},\
      "timeouts":{"answer_seconds":60,"attempt_seconds":60,"heartbeat_seconds":10,\
      "operation_seconds":null},"dead_letter":[],\
      "retention":{"operation_seconds":null,"result_seconds":null,"key_seconds":86400}}""";

  private final ListsServer server = new ListsServer();

  TypeRoutesTest() throws IOException {}

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_card_says_all_that_is_promised() throws Exception {
    var answer = server.get("/v1/operation-types/echo");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer)).isEqualTo(ECHO);
    assertThat(text(server.get("/v1/operation-types/firm"))).contains(FIRM_GUARANTEES);
  }

  @Test
  void the_list_is_one_page_of_cards_without_reserved_types() throws Exception {
    var answer = server.get("/v1/operation-types?limit=1");

    assertThat(text(answer))
        .startsWith("{\"data\":[" + ECHO + ",")
        .endsWith("],\"has_more\":false,\"next_cursor\":null}")
        .contains("\"name\":\"nothing\"", "\"name\":\"stuck\"", "\"name\":\"firm\"")
        .doesNotContain("raincheck.bulk_cancel");
  }

  @Test
  void schemas_have_their_own_urls() throws Exception {
    var answer = server.get("/v1/operation-types/echo/schemas/input");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "Content-Type")).isEqualTo("application/schema+json");
    assertThat(text(answer)).isEqualTo("{\"type\":\"object\"}");
    assertThat(text(server.get("/v1/operation-types/echo/schemas/progress"))).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/operation-types",
        "/v1/operation-types/echo",
        "/v1/operation-types/echo/schemas/input"
      })
  void what_does_not_change_is_not_sent_twice(String path) throws Exception {
    var answer = server.get(path);
    var etag = header(answer, "ETag");
    assertThat(etag).startsWith("\"");
    assertThat(header(answer, "Cache-Control")).isEqualTo("private, no-cache");

    var again = server.get(path, "If-None-Match", "W/" + etag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(header(again, "ETag")).isEqualTo(etag);
    assertThat(again.headers().firstValue("Content-Length")).isEmpty();
    assertThat(server.get(path, "If-None-Match", "\"a\"").statusCode()).isEqualTo(200);

    var head = server.send("HEAD", path, null);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(answer.body().length));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nosuch", "raincheck.bulk_cancel", "nosuch/schemas/input", "Echo"})
  void an_unknown_or_reserved_type_is_404(String type) throws Exception {
    var answer = server.get("/v1/operation-types/" + type);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer)).contains("\"code\":\"operation_type_not_found\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"output", "INPUT", "x"})
  void a_schema_that_is_not_there_is_404(String schema) throws Exception {
    var answer = server.get("/v1/operation-types/echo/schemas/" + schema);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer)).contains("\"code\":\"not_found\"");
  }
}
