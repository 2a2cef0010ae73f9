package dev.raincheck.server.operation;

/** What a media type says about a body, without regular expressions: this is asked per request. */
final class MediaTypes {
  private MediaTypes() {}

  /** {@code type/subtype} in lower case, without parameters and spaces around. */
  static String essence(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    var bare = semicolon < 0 ? mediaType : mediaType.substring(0, semicolon);
    return lower(bare.strip());
  }

  /** Whether a {@linkplain #essence bare} media type is JSON: {@code application/json} or +json. */
  static boolean isJson(String essence) {
    return essence.equals("application/json") || essence.endsWith("+json");
  }

  private static String lower(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z' || c > '~') return text.toLowerCase(java.util.Locale.ROOT);
    }
    return text;
  }
}
