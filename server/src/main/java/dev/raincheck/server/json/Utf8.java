package dev.raincheck.server.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Strict decoding. Jackson's own decoder lets overlong forms and surrogates pass, and guesses
 * UTF-16.
 */
public final class Utf8 {
  private Utf8() {}

  /** The text, or null if the bytes are not UTF-8. */
  public static @Nullable String decode(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    // The fast decoder marks what it cannot read with U+FFFD, which may also have been sent.
    return text.indexOf('\uFFFD') < 0 || isUtf8(bytes) ? text : null;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException broken) {
      return false;
    }
  }
}
