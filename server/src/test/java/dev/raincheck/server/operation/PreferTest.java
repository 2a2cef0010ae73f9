package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Preferences by RFC 7240. */
class PreferTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "wait=10 | 10 | false",
        "WAIT = 10 | 10 | false",
        "wait=\"10\" | 10 | false",
        "wait=0 | 0 | false",
        "wait=010 | 10 | false",
        "respond-async, wait=10 | 10 | true",
        "wait=10;priority=5, Respond-Async;x | 10 | true",
        "wait=1, wait=2 | 1 | false",
        "wait=x, wait=2 | -1 | false",
        "wait | -1 | false",
        "wait= | -1 | false",
        "wait=-1 | -1 | false",
        "wait=1.5 | -1 | false",
        "wait=1 0 | -1 | false",
        "wait=\"10 | -1 | false",
        "foo=\"wait=3, respond-async\" | -1 | false",
        "foo=\"\\\", wait=3\", wait=4 | 4 | false",
        "wait=99999999999999999999 | 99999999 | false",
        "respond-async=no | -1 | false",
        "respond-async=\"\" | -1 | true",
        ",,; ,wait=7, | 7 | false",
      })
  void is_read_as_written(String header, int seconds, boolean async) {
    assertThat(Prefer.parse(List.of(header))).isEqualTo(new Prefer(async, seconds));
  }

  @Test
  void several_headers_are_one_list() {
    assertThat(Prefer.parse(List.of("return=minimal, wait=5", "wait=6, respond-async")))
        .isEqualTo(new Prefer(true, 5));
  }

  @Test
  void no_header_prefers_nothing() {
    assertThat(Prefer.parse(List.of())).isEqualTo(Prefer.NOTHING);
    assertThat(Prefer.NOTHING.waits()).isFalse();
  }
}
