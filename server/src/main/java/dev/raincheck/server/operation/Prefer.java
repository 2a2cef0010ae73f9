package dev.raincheck.server.operation;

import java.util.List;

/**
 * The preferences that we know (RFC 7240). The first instance of each counts, whatever follows;
 * what cannot be read is ignored, because a preference is never a reason to refuse.
 *
 * @param respondAsync whether a 202 is preferred
 * @param waitSeconds how long the client would wait for the end; -1 if it did not say
 */
record Prefer(boolean respondAsync, int waitSeconds) {
  static final Prefer NOTHING = new Prefer(false, -1);

  /** Longer than anyone may wait: further digits make no difference. */
  private static final int FOR_EVER = 10_000_000;

  /** Whether there was a wait that could be read, even of 0 seconds. */
  boolean waits() {
    return waitSeconds >= 0;
  }

  static Prefer parse(List<String> lines) {
    if (lines.isEmpty()) return NOTHING;
    var scan = new Scan();
    lines.forEach(scan::line);
    return new Prefer(scan.respondAsync, scan.wait);
  }

  /** Reads {@code token [= word] *(; parameter)}, separated by commas, from left to right. */
  private static final class Scan {
    private boolean respondAsync;
    private boolean waitSeen;
    private int wait = -1;

    void line(String line) {
      for (int at = 0; at <= line.length(); ) {
        int end = endOfElement(line, at);
        preference(line.substring(at, end));
        at = end + 1;
      }
    }

    /** The next comma outside of quotes, or the end. */
    private static int endOfElement(String line, int from) {
      boolean quoted = false;
      for (int i = from; i < line.length(); i++) {
        char c = line.charAt(i);
        if (quoted && c == '\\') i++;
        else if (c == '"') quoted = !quoted;
        else if (c == ',' && !quoted) return i;
      }
      return line.length();
    }

    private void preference(String element) {
      int semicolon = element.indexOf(';');
      var pair = semicolon < 0 ? element : element.substring(0, semicolon);
      int equals = pair.indexOf('=');
      var name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
      var value = equals < 0 ? "" : unquoted(pair.substring(equals + 1).strip());
      if (name.equalsIgnoreCase("respond-async")) {
        // RFC 7240 reads an empty value as none; any other is not a form of this preference.
        respondAsync |= value.isEmpty();
      } else if (name.equalsIgnoreCase("wait") && !waitSeen) {
        waitSeen = true;
        wait = seconds(value);
      }
    }

    private static String unquoted(String word) {
      boolean quoted = word.length() >= 2 && word.startsWith("\"") && word.endsWith("\"");
      return quoted ? word.substring(1, word.length() - 1) : word;
    }
  }

  /** Whole seconds, or -1. */
  static int seconds(String digits) {
    if (digits.isEmpty()) return -1;
    int seconds = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') return -1;
      if (seconds < FOR_EVER) seconds = seconds * 10 + c - '0';
    }
    return seconds;
  }
}
