package dev.raincheck.server.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Times as they travel: written in UTC with milliseconds always, {@code 2026-11-24T21:12:53.120Z};
 * read with any offset. Further digits of a second are dropped: nothing here is kept finer.
 */
public final class Rfc3339 {
  private static final int DIGITS_OF_MILLIS = 3;
  private static final int DAY_SECONDS = 86_400;

  private static final long FIRST_SECOND = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private Rfc3339() {}

  /** The text of a moment in the years 0 to 9999. {@code Instant.toString} leaves out zeros. */
  public static String format(Instant moment) {
    long seconds = moment.getEpochSecond();
    var date = LocalDate.ofEpochDay(Math.floorDiv(seconds, DAY_SECONDS));
    int time = Math.floorMod(seconds, DAY_SECONDS);
    var text = new byte[24];
    digits(date.getYear(), text, 0, 4);
    text[4] = '-';
    digits(date.getMonthValue(), text, 5, 2);
    text[7] = '-';
    digits(date.getDayOfMonth(), text, 8, 2);
    text[10] = 'T';
    digits(time / 3600, text, 11, 2);
    text[13] = ':';
    digits(time / 60 % 60, text, 14, 2);
    text[16] = ':';
    digits(time % 60, text, 17, 2);
    text[19] = '.';
    digits(moment.getNano() / 1_000_000, text, 20, 3);
    text[23] = 'Z';
    return new String(text, ISO_8859_1);
  }

  private static void digits(int number, byte[] into, int at, int count) {
    for (int i = at + count - 1; i >= at; i--) {
      into[i] = (byte) ('0' + number % 10);
      number /= 10;
    }
  }

  /**
   * Reads {@code 2026-11-24T22:12:53.12+01:00}; lower-case {@code t} and {@code z} too. A leap
   * second is the last one of its minute. Empty if the text is no such time.
   */
  public static Optional<Instant> parse(String text) {
    try {
      return Optional.ofNullable(new Scan(text).moment());
    } catch (DateTimeException noSuchDay) {
      return Optional.empty();
    }
  }

  /** Reads from left to right; a field that is not there makes {@code broken} true. */
  private static final class Scan {
    private final String text;
    private int at;
    private boolean broken;

    Scan(String text) {
      this.text = text;
    }

    @Nullable Instant moment() {
      int year = number(4);
      expect('-', '-');
      int month = number(2);
      expect('-', '-');
      int day = number(2);
      expect('T', 't');
      int hour = number(2);
      expect(':', ':');
      int minute = number(2);
      expect(':', ':');
      int second = number(2);
      int millis = fraction();
      int offset = offset();
      if (broken || at != text.length() || second > 60) return null;

      var local =
          LocalDateTime.of(
              LocalDate.of(year, month, day), LocalTime.of(hour, minute, Math.min(second, 59)));
      long seconds = local.toEpochSecond(ZoneOffset.UTC) - offset;
      // An offset can lead out of the years that can be written again.
      return seconds < FIRST_SECOND || seconds > LAST_SECOND
          ? null
          : Instant.ofEpochSecond(seconds, millis * 1_000_000L);
    }

    private int fraction() {
      if (at >= text.length() || text.charAt(at) != '.') return 0;
      at++;
      int from = at;
      int millis = 0;
      for (; at < text.length() && isDigit(text.charAt(at)); at++) {
        if (at - from < DIGITS_OF_MILLIS) millis = millis * 10 + text.charAt(at) - '0';
      }
      broken |= at == from;
      for (int digits = at - from; digits < DIGITS_OF_MILLIS; digits++) millis *= 10;
      return millis;
    }

    /** In seconds east of Greenwich. */
    private int offset() {
      char sign = at < text.length() ? text.charAt(at++) : ' ';
      if (sign == 'Z' || sign == 'z') return 0;
      broken |= sign != '+' && sign != '-';
      int hours = number(2);
      expect(':', ':');
      int minutes = number(2);
      broken |= hours > 23 || minutes > 59;
      return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    }

    private int number(int digits) {
      int number = 0;
      for (int end = at + digits; at < end; at++) {
        if (at >= text.length() || !isDigit(text.charAt(at))) {
          broken = true;
          return 1;
        }
        number = number * 10 + text.charAt(at) - '0';
      }
      return number;
    }

    private void expect(char one, char other) {
      broken |= at >= text.length() || text.charAt(at) != one && text.charAt(at) != other;
      at++;
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }
}
