package dev.raincheck.server.egress;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rules of what may stand as a host in a URL. Nothing here asks a name server. */
final class HostName {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
  private static final Pattern OCTET =
      Pattern.compile("0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]");

  /** An IPv6 address with an IPv4 tail, the longest form, has 45 characters. */
  private static final int LITERAL_LENGTH_MAX = 45;

  private HostName() {}

  /**
   * The host in its one canonical form: lower case, IDN as {@code xn--}, no final dot.
   *
   * @throws Url.Refused if it is not a name, or a number that others would read as an address
   */
  static String canonical(String raw) throws Url.Refused {
    String name;
    try {
      // Plain names are checked below, where underscores pass: private networks are full of them.
      boolean plain = raw.chars().allMatch(c -> c < 0x80);
      name = IDN.toASCII(raw, plain ? 0 : IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException unreadable) {
      throw new Url.Refused(UrlFault.HOST);
    }
    name = name.toLowerCase(Locale.ROOT);
    boolean rooted = name.endsWith(".");
    if (rooted) name = name.substring(0, name.length() - 1);
    if (name.isEmpty() || name.length() > 253) throw new Url.Refused(UrlFault.HOST);

    String[] labels = name.split("\\.", -1);
    // Resolvers read 127.1, 0x7f.1, 2130706433 and 0177.0.0.1 as addresses, not all as the same.
    if (NUMBER.matcher(labels[labels.length - 1]).matches()) {
      if (rooted || ipv4(name).isEmpty()) throw new Url.Refused(UrlFault.NUMERIC_HOST);
      return name;
    }
    for (String label : labels) {
      if (!LABEL.matcher(label).matches()) throw new Url.Refused(UrlFault.HOST);
    }
    return name;
  }

  /** The address that the text is in canonical writing, or empty if it is none. */
  static Optional<InetAddress> literal(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  private static Optional<InetAddress> ipv4(String text) {
    String[] octets = text.split("\\.", -1);
    if (octets.length != 4) return Optional.empty();
    byte[] address = new byte[4];
    for (int i = 0; i < 4; i++) {
      if (!OCTET.matcher(octets[i]).matches()) return Optional.empty();
      address[i] = (byte) Integer.parseInt(octets[i]);
    }
    return Optional.of(fromBytes(address));
  }

  /** IPv4-mapped addresses come out as the IPv4 address that they are. */
  private static Optional<InetAddress> ipv6(String text) {
    // A zone (fe80::1%eth0) means something on one machine only.
    if (text.length() > LITERAL_LENGTH_MAX || text.indexOf('%') >= 0) return Optional.empty();
    try {
      return Optional.of(Inet6Address.ofLiteral(text));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  static String text(byte[] address) {
    return fromBytes(address).getHostAddress();
  }

  private static InetAddress fromBytes(byte[] address) {
    try {
      return address.length == 4
          ? Inet4Address.getByAddress(address)
          : Inet6Address.getByAddress(address);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException(impossible);
    }
  }
}
