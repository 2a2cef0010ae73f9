package dev.raincheck.server.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final RandomGenerator DICE = () -> 0x1234;

  @Test
  void a_child_is_a_new_span_of_the_same_trace() {
    assertThat(TraceParent.child("00-" + TRACE + "-00f067aa0ba902b7-01", DICE))
        .contains("00-" + TRACE + "-0000000000001234-01");
    assertThat(TraceParent.child("00-" + TRACE + "-00f067aa0ba902b7-00", () -> 0))
        .contains("00-" + TRACE + "-0000000000000001-00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cc-%s-00f067aa0ba902b7-01", "01-%s-00f067aa0ba902b7-01-more-of-it"})
  void later_versions_are_read_as_far_as_we_know_them(String parent) {
    assertThat(TraceParent.child(parent.formatted(TRACE), DICE))
        .contains("00-" + TRACE + "-0000000000001234-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-%s-00f067aa0ba902b7-01",
        "00-%s-00f067aa0ba902b7-01-more",
        "00-%s-0000000000000000-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-%s-00F067AA0BA902B7-01",
        "00-%s-00f067aa0ba902b7-1",
        "01-%s-00f067aa0ba902b7-01x",
        "00-%s-00f067aa0ba902b7-01\r\nHost: x"
      })
  void what_is_no_trace_has_no_child(String parent) {
    assertThat(TraceParent.child(parent.formatted(TRACE), DICE)).isEmpty();
  }
}
