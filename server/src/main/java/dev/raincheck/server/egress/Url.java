package dev.raincheck.server.egress;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An absolute http or https URL that was read once, strictly, and is used in the form in which it
 * was checked. {@link java.net.URI} alone is lenient where it hurts: it takes user names, fragments
 * and hosts that resolvers read as numbers.
 */
public final class Url {
  /** As long as we accept request targets ourselves. */
  static final int LENGTH_MAX = 8192;

  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^]]*]|[^:]*)(?::(.*))?");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");
  private static final Pattern PATH_AND_QUERY =
      Pattern.compile(
          "(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*+)?+"
              + "(?:\\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+)?+");

  private final String scheme;
  private final String host;
  private final int port;
  private final String pathAndQuery;

  private Url(String scheme, String host, int port, String pathAndQuery) {
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.pathAndQuery = pathAndQuery;
  }

  /** What reading gave. */
  public sealed interface Parsed {
    record Ok(Url url) implements Parsed {}

    record Bad(UrlFault fault) implements Parsed {}
  }

  /** Stops reading at the first fault; never leaves this package. */
  static final class Refused extends Exception {
    final UrlFault fault;

    Refused(UrlFault fault) {
      super(fault.reason(), null, false, false);
      this.fault = fault;
    }
  }

  /** Reads a URL. It says nothing about whether it may be called: {@link EgressPolicy#check}. */
  public static Parsed parse(String text) {
    try {
      return new Parsed.Ok(read(text));
    } catch (Refused refused) {
      return new Parsed.Bad(refused.fault);
    }
  }

  private static Url read(String text) throws Refused {
    if (text.isEmpty() || text.length() > LENGTH_MAX) throw new Refused(UrlFault.LENGTH);
    if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f || c == '\\')) {
      throw new Refused(UrlFault.CHARACTERS);
    }
    int colon = text.indexOf("://");
    String scheme = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) throw new Refused(UrlFault.SCHEME);
    if (text.indexOf('#') >= 0) throw new Refused(UrlFault.FRAGMENT);

    int start = colon + 3;
    int end = start;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') end++;
    String authority = text.substring(start, end);
    if (authority.indexOf('@') >= 0) throw new Refused(UrlFault.USERINFO);
    var parts = AUTHORITY.matcher(authority);
    if (!parts.matches()) throw new Refused(UrlFault.HOST);

    String host = host(parts.group(1));
    int port = port(Optional.ofNullable(parts.group(2)), scheme);
    return new Url(scheme, host, port, pathAndQuery(text.substring(end)));
  }

  private static String host(String raw) throws Refused {
    if (!raw.startsWith("[")) return HostName.canonical(raw);
    if (!raw.endsWith("]")) throw new Refused(UrlFault.HOST);
    // Brackets are for IPv6 alone; inside, the address is checked like any that a name resolves to.
    String inner = raw.substring(1, raw.length() - 1);
    if (inner.indexOf(':') < 0) throw new Refused(UrlFault.HOST);
    return HostName.literal(inner)
        .map(address -> HostName.text(address.getAddress()))
        .orElseThrow(() -> new Refused(UrlFault.HOST));
  }

  private static int port(Optional<String> raw, String scheme) throws Refused {
    if (raw.isEmpty()) return scheme.equals("https") ? 443 : 80;
    if (!PORT.matcher(raw.get()).matches()) throw new Refused(UrlFault.PORT);
    int port = Integer.parseInt(raw.get());
    if (port > 65535) throw new Refused(UrlFault.PORT);
    return port;
  }

  private static String pathAndQuery(String rest) throws Refused {
    if (!PATH_AND_QUERY.matcher(rest).matches()) throw new Refused(UrlFault.CHARACTERS);
    return rest.startsWith("/") ? rest : "/" + rest;
  }

  /** {@code http} or {@code https}. */
  public String scheme() {
    return scheme;
  }

  /** A name in lower case, or an address without brackets. */
  public String host() {
    return host;
  }

  public int port() {
    return port;
  }

  /** Path and query as they were written, at least {@code /}. */
  String pathAndQuery() {
    return pathAndQuery;
  }

  private String origin() {
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** The URL without its query, which may hold a secret: fit for logs. */
  @Override
  public String toString() {
    int query = pathAndQuery.indexOf('?');
    return origin() + (query < 0 ? pathAndQuery : pathAndQuery.substring(0, query));
  }
}
