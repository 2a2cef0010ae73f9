package dev.raincheck.server.http;

import dev.raincheck.protocol.ProblemCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Decodes {@code %41} strictly. {@code java.net.URLDecoder} would replace broken UTF-8 and read a
 * plus as a space; here a plus is a plus, so that {@code +02:00} in a time arrives as it was meant.
 */
final class PercentEncoding {
  private PercentEncoding() {}

  /**
   * @throws RefusedException 400 if a percent sign is not followed by two hex digits, the bytes are
   *     not UTF-8, or they hold a control character
   */
  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) return encoded;

    var bytes = ByteBuffer.allocate(encoded.length() * 3);
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.put((byte) (digit(encoded, i + 1) << 4 | digit(encoded, i + 2)));
        i += 2;
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      var decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      if (decoded.chars().anyMatch(Character::isISOControl)) throw broken(encoded);
      return decoded;
    } catch (CharacterCodingException notUtf8) {
      throw broken(encoded);
    }
  }

  private static int digit(String encoded, int at) {
    int digit = at < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
    if (digit < 0 || encoded.charAt(at) > 'f') throw broken(encoded);
    return digit;
  }

  private static RefusedException broken(String encoded) {
    return new RefusedException(
        ProblemCode.INVALID_REQUEST,
        "The percent-encoding of '%s' is broken: encode UTF-8 bytes as %%XX."
            .formatted(encoded.length() > 100 ? encoded.substring(0, 100) + "…" : encoded));
  }
}
