package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses that are no public host: RFC 6890 and its successors.
 *
 * <p>The list is our own because {@code isLoopback}, {@code isSiteLocal} and their like let through
 * fc00::/7, 100.64/10, 198.18/15, 240/4, NAT64, 6to4 and more.
 */
final class SpecialAddresses {
  private static final List<AddressRange> RANGES =
      Stream.of(
              "0.0.0.0/8", // this network; 0.0.0.0 reaches the machine itself
              "10.0.0.0/8", // private
              "100.64.0.0/10", // carrier-grade NAT
              "127.0.0.0/8", // loopback
              "169.254.0.0/16", // link-local: metadata services of clouds
              "172.16.0.0/12", // private
              "192.0.0.0/24", // protocol assignments
              "192.0.2.0/24", // documentation
              "192.88.99.0/24", // 6to4 relays
              "192.168.0.0/16", // private
              "198.18.0.0/15", // benchmarks
              "198.51.100.0/24", // documentation
              "203.0.113.0/24", // documentation
              "224.0.0.0/4", // multicast
              "240.0.0.0/4", // reserved, and broadcast

              // Only 2000::/3 has been handed out as global unicast. What lies outside of it: ::,
              // ::1, IPv4-compatible and -mapped (unmapped before they come here), NAT64 64:ff9b::
              // and 64:ff9b:1::/48, discard 100::/64, SRv6 5f00::/16, unique-local fc00::/7 (also
              // fd00:ec2::254), link-local fe80::/10, site-local fec0::/10, multicast ff00::/8.
              "::/3",
              "4000::/2",
              "8000::/1",
              "2001::/23", // protocol assignments: Teredo, ORCHID, benchmarks
              "2001:db8::/32", // documentation
              "2002::/16", // 6to4: carries an IPv4 address
              "3fff::/20") // documentation
          .map(AddressRange::parse)
          .toList();

  private SpecialAddresses() {}

  static boolean contain(InetAddress address) {
    return RANGES.stream().anyMatch(range -> range.contains(address));
  }
}
