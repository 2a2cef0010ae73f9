package dev.raincheck.server.http;

/**
 * One header of an answer.
 *
 * @param name a token, spelled as in {@link dev.raincheck.protocol.HeaderNames}
 * @param value printable ASCII and spaces; anything else could end the header early, so it throws
 */
public record Header(String name, String value) {
  public Header {
    refuseUnsafe(name, value);
  }

  static void refuseUnsafe(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        throw new IllegalArgumentException(
            "header %s may hold printable ASCII only, not U+%04X".formatted(name, (int) c));
      }
    }
  }
}
