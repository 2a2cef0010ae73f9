package dev.raincheck.server.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T21:12:53.120Z, 2026-11-24T21:12:53.120Z",
    "2026-11-24T21:12:53Z, 2026-11-24T21:12:53.000Z",
    "2026-11-24t21:12:53z, 2026-11-24T21:12:53.000Z",
    "2026-11-24T21:12:53.1239999999999Z, 2026-11-24T21:12:53.123Z",
    "2026-11-24T22:12:53.1+01:00, 2026-11-24T21:12:53.100Z",
    "2026-01-01T00:30:00-00:45, 2026-01-01T01:15:00.000Z",
    "2024-02-29T23:59:60Z, 2024-02-29T23:59:59.000Z",
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z"
  })
  void rfc_3339_times_are_read_with_any_offset_and_written_in_utc(String text, String utc) {
    assertThat(Rfc3339.parse(text).map(Rfc3339::format)).contains(utc);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "tomorrow", "2026-11-24", "2026-11-24T21:12Z", "2026-11-24T21:12:53", "2026-11-24 21:12:53Z",
        "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T21:60:00Z",
        "2026-11-24T21:12:61Z", "2026-11-24T21:12:53.Z", "2026-11-24T21:12:53+0100", "2026-11-24T21:12:53+24:00",
        "2026-11-24T21:12:53+01:60", "2026-11-24T21:12:53Zx", "26-11-24T21:12:53Z", "+2026-11-24T21:12:53Z",
        "2026-11-24T21:12:53,1Z", "٢026-11-24T21:12:53Z", "0000-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00"
      })
  void anything_else_is_no_time(String text) {
    assertThat(Rfc3339.parse(text)).isEmpty();
  }

  @Test
  void http_dates_have_two_digits_for_a_day() {
    assertThat(HttpDate.format(Instant.parse("2026-11-03T21:12:53.999Z")))
        .isEqualTo("Tue, 03 Nov 2026 21:12:53 GMT");
    assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37Z")))
        .isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }
}
