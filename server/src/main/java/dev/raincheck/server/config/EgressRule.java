package dev.raincheck.server.config;

import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One entry of {@code egress.allow}. */
public sealed interface EgressRule {
  /**
   * All addresses of a network.
   *
   * @param network the first address: 4 bytes (IPv4) or 16 (IPv6), in hexadecimal
   * @param prefix how many leading bits must agree
   */
  record Network(String network, int prefix) implements EgressRule {
    /** Whether an address, as {@code InetAddress.getAddress} gives it, lies in this network. */
    public boolean contains(byte[] address) {
      byte[] base = HexFormat.of().parseHex(network);
      return base.length == address.length && agree(base, address, prefix);
    }
  }

  /** A host by its name, whatever its address, without the names below it. */
  record Host(String name) implements EgressRule {}

  /** A network such as {@code 10.0.0.0/8}, an address, or a host name; empty when it is none. */
  static Optional<EgressRule> parse(String text) {
    int slash = text.indexOf('/');
    var address = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return slash < 0 && HOST.matcher(text).matches() && !DIGITS_LAST.matcher(text).matches()
          ? Optional.of(new Host(text.toLowerCase(Locale.ROOT)))
          : Optional.empty();
    }
    byte[] bytes = address.get();
    int bits = bytes.length * 8;
    int prefix = slash < 0 ? bits : prefix(text.substring(slash + 1), bits);
    if (prefix < 0 || !agree(bytes, masked(bytes, prefix), bits)) return Optional.empty();
    return Optional.of(new Network(HexFormat.of().formatHex(bytes), prefix));
  }

  Pattern HOST =
      Pattern.compile("(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9-]{1,63})*");

  /** A name whose last label is a number is a mistyped address. */
  Pattern DIGITS_LAST = Pattern.compile("(.*\\.)?[0-9]+");

  private static int prefix(String text, int bits) {
    if (!text.matches("[0-9]{1,3}")) return -1;
    int prefix = Integer.parseInt(text);
    return prefix <= bits ? prefix : -1;
  }

  private static byte[] masked(byte[] address, int prefix) {
    byte[] masked = address.clone();
    for (int bit = prefix; bit < masked.length * 8; bit++) {
      masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
    }
    return masked;
  }

  private static boolean agree(byte[] one, byte[] other, int bits) {
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
    }
    return true;
  }
}
