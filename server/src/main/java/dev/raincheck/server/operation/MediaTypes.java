package dev.raincheck.server.operation;

import java.util.List;
import java.util.Locale;

/** What a media type says about a body, without regular expressions: this is asked per request. */
public final class MediaTypes {
  static final String JSON = "application/json";

  private static final String PUNCTUATION = "!#$&^_.+-";

  private MediaTypes() {}

  /** {@code type/subtype} in lower case, without parameters and spaces around. */
  public static String essence(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    var bare = (semicolon < 0 ? mediaType : mediaType.substring(0, semicolon)).strip();
    return isLower(bare) ? bare : bare.toLowerCase(Locale.ROOT);
  }

  /** Whether a {@linkplain #essence bare} media type is JSON: {@code application/json} or +json. */
  public static boolean isJson(String essence) {
    return essence.equals(JSON) || essence.endsWith("+json");
  }

  /** Whether a bare media type is two names with a slash between them. */
  static boolean isValid(String essence) {
    int slash = essence.indexOf('/');
    return slash > 0
        && slash < essence.length() - 1
        && isName(essence, 0, slash)
        && isName(essence, slash + 1, essence.length());
  }

  /**
   * Whether a bare media type is one of those accepted. {@code application/json} also stands for
   * every {@code application/…+json}, {@code image/*} for all images.
   */
  static boolean isAccepted(String essence, List<String> accepts) {
    for (var accepted : accepts) {
      if (accepted.equals(essence) || accepted.equals("*/*")) return true;
      if (accepted.endsWith("/*") && essence.startsWith(accepted.substring(0, accepted.length() - 1))) {
        return true;
      }
      if (accepted.equals(JSON) && essence.startsWith("application/") && isJson(essence)) return true;
    }
    return false;
  }

  /** Whether the charset that a media type names, if any, is UTF-8. */
  public static boolean isUtf8(String mediaType) {
    int at = mediaType.indexOf(';');
    while (at >= 0) {
      int end = mediaType.indexOf(';', at + 1);
      var parameter = mediaType.substring(at + 1, end < 0 ? mediaType.length() : end).strip();
      if (parameter.regionMatches(true, 0, "charset=", 0, 8)) {
        var charset = parameter.substring(8).strip();
        if (!charset.equalsIgnoreCase("utf-8") && !charset.equalsIgnoreCase("\"utf-8\"")) return false;
      }
      at = end;
    }
    return true;
  }

  private static boolean isLower(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') return false;
    }
    return true;
  }

  private static boolean isName(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
      if (!plain && PUNCTUATION.indexOf(c) < 0) return false;
    }
    return true;
  }
}
