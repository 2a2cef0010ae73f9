package dev.raincheck.server.text;

import java.util.HexFormat;

/**
 * Foreign text made safe for terminals and log files. What could move the cursor, change colours,
 * reorder the line or fake another one is shown as an escape like {@code \u001b}.
 */
public final class Printable {
  private static final HexFormat HEX = HexFormat.of();

  private Printable() {}

  /** One line: line breaks and tabs are escaped too. */
  public static String line(String text) {
    return escape(text, false);
  }

  /** Several lines: line feeds and tabs stay, everything else as in {@link #line}. */
  public static String text(String text) {
    return escape(text, true);
  }

  /** One line of at most {@code lengthMax} characters, the last of which tells of a cut. */
  public static String line(String text, int lengthMax) {
    var line = line(text.length() > lengthMax ? text.substring(0, lengthMax) : text);
    return line.length() > lengthMax || text.length() > lengthMax
        ? line.substring(0, Math.min(line.length(), lengthMax - 1)) + "…"
        : line;
  }

  private static String escape(String text, boolean linesStay) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      boolean harmless = linesStay && (c == '\n' || c == '\t') || !isHostile(c);
      if (!harmless && escaped == null) {
        escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (escaped != null) {
        if (harmless) {
          escaped.appendCodePoint(c);
        } else {
          appendEscape(escaped, c);
        }
      }
      i = next;
    }
    return escaped == null ? text : escaped.toString();
  }

  private static void appendEscape(StringBuilder escaped, int c) {
    switch (c) {
      case '\n' -> escaped.append("\\n");
      case '\r' -> escaped.append("\\r");
      case '\t' -> escaped.append("\\t");
      default -> {
        // Two escapes for a character beyond the first 65,536, as JSON has it.
        for (char unit : Character.toChars(c)) escaped.append("\\u").append(HEX.toHexDigits(unit));
      }
    }
  }

  /**
   * Whether a code point is a control (C0, C1), a format character such as a bidirectional
   * override, a separator of lines, a lone surrogate or not assigned at all.
   */
  public static boolean isHostile(int c) {
    if (c >= 0x20 && c < 0x7F) return false;
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
