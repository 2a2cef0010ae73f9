package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges of a representation of 100 bytes. */
class ByteRangeTest {
  private static final String ETAG = "\"sha256-x\"";

  private static ByteRange of(String... lines) {
    return ByteRange.of(List.of(lines), List.of(), ETAG, 100);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 0", "bytes=0-99, 0, 99", "bytes=99-, 99, 99", "bytes=0-, 0, 99",
    "bytes=-1, 99, 99", "bytes=-100, 0, 99", "bytes=-101, 0, 99", "BYTES=5-6, 5, 6",
    "bytes= 5-6 , 5, 6", "'bytes=5-6,', 5, 6", "bytes=5-99999999999999999999, 5, 99",
    "bytes=-99999999999999999999, 0, 99", "bytes=005-006, 5, 6"
  })
  void one_range_is_a_part(String text, long first, long last) {
    assertThat(of(text)).isEqualTo(new ByteRange.Part(first, last));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"})
  void what_is_past_the_end_cannot_be_satisfied(String text) {
    assertThat(of(text)).isEqualTo(new ByteRange.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "bytes", "bytes=", "bytes=-", "bytes=,", "bytes=a-b", "bytes=1-2-3", "bytes=2-1", "bytes=0-1,3-4",
        "bytes=200-,0-1", "items=0-1", "bytes 0-1", "bytes=+1-2", "bytes=1 - 2", "bytes=0x1-2", "bytes=1.0-2"
      })
  void what_is_not_one_range_of_bytes_is_ignored(String text) {
    assertThat(of(text)).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void no_header_and_two_of_them_ask_for_the_whole() {
    assertThat(of()).isEqualTo(new ByteRange.Whole());
    assertThat(of("bytes=0-1", "bytes=2-3")).isEqualTo(new ByteRange.Whole());
  }

  @Test
  void nothing_of_nothing_can_be_had() {
    assertThat(ByteRange.of(List.of("bytes=0-"), List.of(), ETAG, 0)).isEqualTo(new ByteRange.Unsatisfiable());
    assertThat(ByteRange.of(List.of("bytes=-5"), List.of(), ETAG, 0)).isEqualTo(new ByteRange.Unsatisfiable());
  }
}
