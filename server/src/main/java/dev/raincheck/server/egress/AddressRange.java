package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.util.Arrays;

/** A block of addresses in CIDR notation, such as {@code 10.0.0.0/8} or {@code fc00::/7}. */
public final class AddressRange {
  private final byte[] network;
  private final int bits;

  private AddressRange(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /**
   * Reads {@code address/bits}, or a single address.
   *
   * @throws IllegalArgumentException if the text is neither, or has bits set behind its prefix
   */
  public static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    byte[] network = HostName.literal(slash < 0 ? text : text.substring(0, slash))
        .map(InetAddress::getAddress)
        .orElseThrow(() -> unreadable(text));
    int most = network.length * 8;
    int bits = slash < 0 ? most : prefix(text.substring(slash + 1), most, text);
    return aligned(network, bits, text);
  }

  /**
   * The block whose addresses agree with {@code network} in the first {@code bits}.
   *
   * @param network 4 or 16 bytes
   * @throws IllegalArgumentException if bits are set behind the prefix
   */
  public static AddressRange of(byte[] network, int bits) {
    return aligned(network.clone(), bits, HostName.text(network) + "/" + bits);
  }

  private static AddressRange aligned(byte[] network, int bits, String text) {
    var range = new AddressRange(network, bits);
    if (!Arrays.equals(range.masked(network), network)) throw unreadable(text);
    return range;
  }

  private static int prefix(String digits, int most, String text) {
    if (!digits.matches("[0-9]{1,3}")) throw unreadable(text);
    int bits = Integer.parseInt(digits);
    if (bits > most) throw unreadable(text);
    return bits;
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not an address range such as 10.0.0.0/8 or fc00::/7");
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == network.length && Arrays.equals(masked(bytes), network);
  }

  private byte[] masked(byte[] address) {
    byte[] masked = address.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(bits - i * 8L, 0, 8);
      masked[i] &= (byte) (0xff << (8 - kept));
    }
    return masked;
  }

  @Override
  public String toString() {
    return HostName.text(network) + "/" + bits;
  }
}
