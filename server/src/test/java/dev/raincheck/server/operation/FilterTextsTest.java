package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTextsTest {
  private static final OperationId PARENT = new OperationId(1, 2);

  @Test
  void nothing_said_means_everything_of_the_tenant() {
    assertThat(good(Map.of())).isEqualTo(Reader.Filter.all(7));
  }

  @Test
  void each_filter_means_what_it_says() {
    assertThat(
            good(
                Map.of(
                    "status", "running,queued,running",
                    "type", "report.generate",
                    "tag", "a:b-C_1.x",
                    "correlation_id", "order/7?x=\"y\"",
                    "parent_id", PARENT.text(),
                    "dead", "false",
                    "created_after", "2026-11-24T09:00:00.0005+01:00",
                    "created_before", "2026-11-24T08:00:00-00:00")))
        .isEqualTo(
            new Reader.Filter(
                7,
                List.of("queued", "running"),
                "report.generate",
                "a:b-C_1.x",
                "order/7?x=\"y\"",
                PARENT,
                false,
                Instant.parse("2026-11-24T08:00:00.0005Z"),
                Instant.parse("2026-11-24T08:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"raincheck.bulk_cancel", "nobody.declares.this", "a"})
  void any_name_that_could_be_a_type_s_is_fine(String type) {
    assertThat(good(Map.of("type", type)).type()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "status, done",
        "status, 'queued,'",
        "status, 'queued, running'",
        "status, Queued",
        "status, cancelled",
        "type, Report",
        "type, raincheck.",
        "type, raincheck.Upper",
        "type, 'a b'",
        "tag, 'a b'",
        "tag, 12345678901234567890123456789012345678901234567890123456789012345",
        "tag, ä",
        "correlation_id, 'a b'",
        "correlation_id, ü",
        "parent_id, op_01",
        "parent_id, op_00000000000000000000000001x",
        "parent_id, op_0000000000000000000000000a",
        "dead, TRUE",
        "dead, 1",
        "created_after, 2026-11-24",
        "created_after, 2026-11-24T08:00:00",
        "created_after, 2026-11-24 08:00:00Z",
        "created_before, 2026-02-30T08:00:00Z",
        "created_before, 2026-11-24T08:00:00+24:00",
        "created_before, yesterday",
      })
  void what_cannot_be_meant_is_a_fault_of_that_filter(String name, String text) {
    var read = new FilterTexts(Map.of(name, text)).read(7);
    assertThat(read).isInstanceOf(FilterTexts.Read.Bad.class);
    assertThat(((FilterTexts.Read.Bad) read).faults())
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.name()).isEqualTo(name);
              assertThat(fault.detail()).startsWith("'%s' ".formatted(name)).endsWith(".");
            });
  }

  @Test
  void all_faults_are_told_together() {
    var read = new FilterTexts(Map.of("dead", "x", "tag", "", "type", "mail")).read(7);
    assertThat(((FilterTexts.Read.Bad) read).faults())
        .extracting(FilterTexts.Fault::name)
        .containsExactly("tag", "dead");
  }

  private static Reader.Filter good(Map<String, String> texts) {
    var read = new FilterTexts(texts).read(7);
    assertThat(read).isInstanceOf(FilterTexts.Read.Good.class);
    return ((FilterTexts.Read.Good) read).filter();
  }
}
