package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.raincheck.ledger.Reader;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BulkFilterTest {
  @Test
  void filters_are_typed_as_in_a_query_but_for_dead() {
    var body =
        """
        {"status": "queued,running", "type": "mail", "tag": "red", "dead": false,
         "correlation_id": "order-7", "created_before": "2026-11-24T09:00:00+01:00"}""";
    assertThat(read(body))
        .isEqualTo(
            new Reader.Filter(
                3, List.of("queued", "running"), "mail", "red", "order-7", null, false, null,
                Instant.parse("2026-11-24T08:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                            | 400 | invalid_request   | ",
        "[]                           | 400 | invalid_request   | #",
        "null                         | 400 | invalid_request   | #",
        "{'tag':'a','tag':'b'}        | 400 | invalid_request   | #/tag",
        "{'tag':1}                    | 400 | invalid_request   | #/tag",
        "{'tag':null}                 | 422 | validation_failed | #",
        "{'status':['queued']}        | 400 | invalid_request   | #/status",
        "{'dead':'true'}              | 400 | invalid_request   | #/dead",
        "{'tag':'a','limit':5}        | 400 | unknown_field     | #/limit",
        "{'a/b~c':1}                  | 400 | unknown_field     | #/a~1b~0c",
        "{}                           | 422 | validation_failed | #",
        "{'status':'queued'}          | 422 | validation_failed | #",
        "{'tag':''}                   | 422 | validation_failed | #/tag",
        "{'tag':1,'limit':5}          | 400 | unknown_field     | ",
        "{'tag':'a b'}                | 422 | validation_failed | #/tag",
        "{'status':'x','tag':'a'}     | 422 | validation_failed | #/status",
        "{'created_after':'now'}      | 422 | validation_failed | #/created_after",
        "{'parent_id':'op_1'}         | 422 | validation_failed | #/parent_id",
      })
  void what_cannot_be_read_is_400_and_what_cannot_be_meant_is_422(
      String body, int status, String code, String pointer) {
    var refusal = refusal(body.replace('\'', '"'));

    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.code()).isEqualTo(code);
    if (pointer != null) {
      assertThat(refusal.errors()).singleElement().extracting("pointer").isEqualTo(pointer);
    }
  }

  @Test
  void no_body_is_no_filter() {
    assertThat(refusal("").code()).isEqualTo("validation_failed");
  }

  private static Reader.Filter read(String body) {
    return BulkFilter.read(3, body.getBytes(UTF_8));
  }

  private static Refusal refusal(String body) {
    return catchThrowableOfType(RefusedException.class, () -> read(body)).refusal();
  }
}
