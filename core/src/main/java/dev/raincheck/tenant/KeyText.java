package dev.raincheck.tenant;

import dev.raincheck.ledger.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A key as it is written: {@code rk_live_<id>_<secret>_<checksum>}, in base 62. The prefix lets
 * scanners find leaked keys, the checksum tells them and us a key from a typing error without any
 * look-up.
 */
final class KeyText {
  static final String PREFIX = "rk_live_";
  static final int ID_LENGTH = 8;

  /** 62^43 is just over 2^256, so a fast hash protects it as well as a slow one would. */
  private static final int SECRET_LENGTH = 43;

  private static final int CHECKSUM_LENGTH = 6;
  private static final int SECRET_AT = PREFIX.length() + ID_LENGTH + 1;
  private static final int CHECKSUM_AT = SECRET_AT + SECRET_LENGTH + 1;
  private static final int LENGTH = CHECKSUM_AT + CHECKSUM_LENGTH;

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private KeyText() {}

  static String draw(SecureRandom random) {
    var text = new StringBuilder(LENGTH).append(PREFIX);
    append(text, ID_LENGTH, random);
    text.append('_');
    append(text, SECRET_LENGTH, random);
    var checksum = checksum(text);
    return text.append('_').append(checksum).toString();
  }

  /** The id of what looks like a key, or null. */
  static @Nullable String id(String text) {
    if (text.length() != LENGTH || !text.startsWith(PREFIX)) return null;
    if (text.charAt(SECRET_AT - 1) != '_' || text.charAt(CHECKSUM_AT - 1) != '_') return null;
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      if (!isDigit(text.charAt(i)) && i != SECRET_AT - 1 && i != CHECKSUM_AT - 1) return null;
    }
    var checksum = checksum(text.substring(0, CHECKSUM_AT - 1));
    return text.endsWith(checksum) ? idOf(text) : null;
  }

  static boolean isId(String text) {
    return text.length() == ID_LENGTH && text.chars().allMatch(KeyText::isDigit);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  /** The id in what certainly is a key. */
  static String idOf(String text) {
    return text.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH);
  }

  /** SHA-256 of the secret part. */
  static byte[] hash(String text) {
    var secret = text.substring(SECRET_AT, SECRET_AT + SECRET_LENGTH);
    return Sha256.of(secret.getBytes(StandardCharsets.US_ASCII));
  }

  private static void append(StringBuilder text, int digits, SecureRandom random) {
    for (int i = 0; i < digits; i++) text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
  }

  static String checksum(CharSequence text) {
    var crc = new CRC32();
    crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
    var digits = new char[CHECKSUM_LENGTH];
    long rest = crc.getValue();
    for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--, rest /= DIGITS.length()) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
    }
    return new String(digits);
  }
}
