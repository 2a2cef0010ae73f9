package dev.raincheck.server.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** JSON pointers (RFC 6901) as fragments of a URI: {@code #/input/age}. */
public final class Pointers {
  /** Names are the sender's. One that would fill the answer is not repeated. */
  static final int LENGTH_MAX = 256;

  private static final String UNRESERVED = "-._~!$&'()*+,;=:@/?";

  private Pointers() {}

  /** The pointer to a member of the object or an index of the array at {@code parent}. */
  public static String child(String parent, String name) {
    return parent + fragment("/" + name.replace("~", "~0").replace("/", "~1"));
  }

  /** The fragment for a whole pointer, or null if that would be too long to be of use. */
  static @Nullable String ofWhole(String pointer) {
    if (pointer.length() > LENGTH_MAX) return null;
    var fragment = "#" + fragment(pointer);
    return fragment.length() > LENGTH_MAX ? null : fragment;
  }

  private static String fragment(String pointer) {
    var fragment = new StringBuilder(pointer.length());
    for (byte b : pointer.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      boolean plain = c < 0x80 && Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0;
      if (plain) fragment.append(c);
      else fragment.append("%%%02X".formatted((int) c));
    }
    return fragment.toString();
  }
}
