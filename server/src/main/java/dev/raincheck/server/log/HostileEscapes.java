package dev.raincheck.server.log;

import dev.raincheck.server.text.Printable;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/** JSON's escapes, and those of characters that JSON allows but a terminal obeys. */
final class HostileEscapes extends CharacterEscapes {
  private static final int[] ASCII = ascii();

  @Override
  public int[] getEscapeCodesForAscii() {
    return ASCII;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    // Halves of a pair are judged one by one here, and a pair is harmless.
    boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    return half || !Printable.isHostile(c)
        ? null
        : new SerializedString("\\u" + HexFormat.of().toHexDigits((char) c));
  }

  private static int[] ascii() {
    int[] escapes = standardAsciiEscapesForJSON();
    escapes[0x7F] = ESCAPE_STANDARD;
    return escapes;
  }
}
