package dev.raincheck.server.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.ZoneOffset;

/** Times in headers: {@code Tue, 24 Nov 2026 21:12:53 GMT}. Java's own writes the 3rd as 3, not 03. */
public final class HttpDate {
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private HttpDate() {}

  public static String format(Instant moment) {
    var at = moment.atOffset(ZoneOffset.UTC);
    var text = new byte[29];
    word(DAYS, at.getDayOfWeek().getValue(), text, 0);
    text[3] = ',';
    text[4] = ' ';
    digits(at.getDayOfMonth(), text, 5, 2);
    text[7] = ' ';
    word(MONTHS, at.getMonthValue(), text, 8);
    text[11] = ' ';
    digits(at.getYear(), text, 12, 4);
    text[16] = ' ';
    digits(at.getHour(), text, 17, 2);
    text[19] = ':';
    digits(at.getMinute(), text, 20, 2);
    text[22] = ':';
    digits(at.getSecond(), text, 23, 2);
    text[25] = ' ';
    text[26] = 'G';
    text[27] = 'M';
    text[28] = 'T';
    return new String(text, ISO_8859_1);
  }

  private static void word(String words, int number, byte[] into, int at) {
    for (int i = 0; i < 3; i++) into[at + i] = (byte) words.charAt((number - 1) * 3 + i);
  }

  private static void digits(int number, byte[] into, int at, int count) {
    for (int i = at + count - 1; i >= at; i--) {
      into[i] = (byte) ('0' + number % 10);
      number /= 10;
    }
  }
}
