package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where this server may call. Closed by default: public addresses only.
 *
 * @param schemes allowed schemes, out of {@code http} and {@code https}
 * @param ports allowed ports; empty allows every port
 * @param allow what the operator opens beside public addresses
 */
public record EgressPolicy(Set<String> schemes, Set<Integer> ports, Allowed allow) {

  /** The usual ports of HTTP: a URL from outside has no business with others. */
  public static final Set<Integer> USUAL_PORTS = Set.of(80, 443, 8080, 8443);

  /**
   * The operator's list.
   *
   * @param ranges addresses that may be called although they are not public
   * @param hosts names, in lower case, that may resolve to any address
   */
  public record Allowed(List<AddressRange> ranges, Set<String> hosts) {
    public static final Allowed NOTHING = new Allowed(List.of(), Set.of());

    public Allowed {
      ranges = List.copyOf(ranges);
      hosts = Set.copyOf(hosts);
    }

    /**
     * Reads entries such as {@code 10.0.0.0/8}, {@code ::1} and {@code reports.internal}.
     *
     * @throws IllegalArgumentException naming the entry that is neither
     */
    public static Allowed of(List<String> entries) {
      return AllowedEntries.read(entries);
    }
  }

  public EgressPolicy {
    schemes = Set.copyOf(schemes);
    ports = Set.copyOf(ports);
  }

  /** For URLs that the operator wrote: any port, http too, and the addresses that they listed. */
  public static EgressPolicy forOperator(Allowed allow) {
    return new EgressPolicy(Set.of("http", "https"), Set.of(), allow);
  }

  /** For URLs that came with a request: https on the usual ports. */
  public static EgressPolicy forTenants(Allowed allow) {
    return new EgressPolicy(Set.of("https"), USUAL_PORTS, allow);
  }

  /** What speaks against the URL before its name is resolved; addresses are checked like names. */
  public Optional<UrlFault> check(Url url) {
    if (!schemes.contains(url.scheme())) return Optional.of(UrlFault.SCHEME);
    if (!ports.isEmpty() && !ports.contains(url.port())) {
      return Optional.of(UrlFault.PORT_NOT_ALLOWED);
    }
    return HostName.literal(url.host())
        .filter(address -> !permits(url.host(), address))
        .map(_ -> UrlFault.BLOCKED_ADDRESS);
  }

  /** Whether this host may be called at this address. */
  boolean permits(String host, InetAddress address) {
    return !SpecialAddresses.contain(address)
        || allow.ranges().stream().anyMatch(range -> range.contains(address))
        || allow.hosts().contains(host);
  }
}
