package dev.raincheck.server.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text. Names are never looked up. */
final class Addresses {
  private static final Pattern DOTTED_QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private Addresses() {}

  /** The address's 4 or 16 bytes, or empty when the text is no literal address. */
  static Optional<byte[]> parse(String text) {
    boolean v6 = text.contains(":") && !text.contains("%");
    if (!v6 && !DOTTED_QUAD.matcher(text).matches()) return Optional.empty();
    try {
      InetAddress address = v6 ? Inet6Address.ofLiteral(text) : Inet4Address.ofLiteral(text);
      return Optional.of(address.getAddress());
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
