package dev.raincheck.server.http;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.protocol.ProblemCode;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a request of HTTP/2 must keep to beyond what Jetty looks at (RFC 9113, 8.2 and 8.3), and the
 * limits that the parser of HTTP/1.1 looks at by itself.
 */
final class Http2Rules {
  private static final List<String> OF_CONNECTIONS =
      List.of("Connection", "Proxy-Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade");
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern AUTHORITY =
      Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=%-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{0,5})?");

  /** Around a name and a value: what they would have had in HTTP/1.1. */
  private static final int AROUND = 4;

  private Http2Rules() {}

  /** What is wrong with a request's header; null when nothing is. */
  static @Nullable Refusal refusal(Request request, HttpLimits limits) {
    var uri = request.getHttpURI();
    String target = uri.getPathQuery() == null ? "" : uri.getPathQuery();
    if (target.length() > limits.uriBytesMax()) {
      return Refusal.of(ProblemCode.URI_TOO_LONG, "Send a shorter request target.");
    }
    long bytes = 0;
    for (var field : request.getHeaders()) {
      String value = field.getValue();
      bytes += field.getName().length() + (value == null ? 0 : value.length()) + AROUND;
    }
    if (bytes > limits.headerBytesMax()) {
      return Refusal.of(ProblemCode.HEADERS_TOO_LARGE, "Send fewer or shorter headers.");
    }
    String wrong = wrong(request, target);
    return wrong == null
        ? null
        : Refusal.of(ProblemCode.INVALID_REQUEST, "This is not valid HTTP: " + wrong);
  }

  private static @Nullable String wrong(Request request, String target) {
    String method = request.getMethod();
    if (!TOKEN.matcher(method).matches()) return "the method is no token.";
    if (method.equals("CONNECT")) return "CONNECT is for proxies.";
    String scheme = request.getHttpURI().getScheme();
    if (!"http".equals(scheme) && !"https".equals(scheme)) return "the scheme must be http or https.";
    boolean server = target.equals("*") && method.equals("OPTIONS");
    if (!target.startsWith("/") && !server) return "the path must begin with a slash.";
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c > '~' || c == '#') return "illegal character in the request target.";
    }
    for (String name : OF_CONNECTIONS) {
      if (request.getHeaders().contains(name)) return name + " is not for HTTP/2.";
    }
    var lengths = request.getHeaders().getFields(HeaderNames.CONTENT_LENGTH);
    if (lengths.size() > 1) return "give Content-Length once.";
    if (lengths.size() == 1 && !LENGTH.matcher(text(lengths.getFirst().getValue())).matches()) {
      return "Content-Length must be a number.";
    }
    return wrongAuthority(request);
  }

  /** One name for the server, said once or twice alike. It is checked only, never used. */
  private static @Nullable String wrongAuthority(Request request) {
    String authority = request.getHttpURI().getAuthority();
    var hosts = request.getHeaders().getFields("Host");
    if (hosts.size() > 1) return "give Host once.";
    String host = hosts.isEmpty() ? null : text(hosts.getFirst().getValue());
    if (authority == null && host == null) return "the authority is missing.";
    if (authority != null && host != null && !authority.equalsIgnoreCase(host)) {
      return "the authority and Host differ.";
    }
    String named = authority == null ? text(host) : authority;
    return AUTHORITY.matcher(named).matches() ? null : "the authority is malformed.";
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
