package dev.raincheck.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Map;

/** A handler's log line as one line of JSON. The engine has no JSON library; this is all that it writes. */
final class LogLine {
  private static final int MESSAGE_MAX = 8_000;

  private LogLine() {}

  static byte[] json(Instant at, String level, String message, Map<String, String> fields) {
    var out = new StringBuilder(128).append("{\"at\":");
    quote(out, at.toString());
    quote(out.append(",\"level\":"), level);
    quote(out.append(",\"message\":"), message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) : message);
    out.append(",\"fields\":{");
    boolean first = true;
    for (var field : fields.entrySet()) {
      if (!first) out.append(',');
      first = false;
      quote(out, field.getKey());
      quote(out.append(':'), field.getValue());
    }
    return out.append("}}\n").toString().getBytes(UTF_8);
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || Character.isSurrogate(c)) out.append("\\u%04x".formatted((int) c));
      else out.append(c);
    }
    out.append('"');
  }
}
