package dev.raincheck.server.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which headers a configured call may carry. */
final class HeaderNames {
  static final String RULE = "must be a header name, and none that Raincheck sets itself";
  static final String VALUE_RULE = "must be 1 to 8192 visible characters, without line breaks";

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
  private static final Pattern VALUE =
      Pattern.compile("[\\x21-\\x7E](?:[\\x20-\\x7E]{0,8190}[\\x21-\\x7E])?");

  /** Framing and hop-by-hop headers, and those whose meaning the contract fixes. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "transfer-encoding",
          "connection",
          "keep-alive",
          "upgrade",
          "te",
          "trailer",
          "expect",
          "proxy-connection",
          "proxy-authorization",
          "accept-encoding",
          "user-agent",
          "idempotency-key",
          "correlation-id",
          "causation-id",
          "traceparent",
          "tracestate");

  private HeaderNames() {}

  static boolean mayBeSet(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return TOKEN.matcher(name).matches()
        && !OURS.contains(lower)
        && !lower.startsWith("raincheck-");
  }

  static boolean isValue(String value) {
    return VALUE.matcher(value).matches();
  }
}
