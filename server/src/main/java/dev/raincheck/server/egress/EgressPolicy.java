package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where this server may call. Closed by default: public addresses only.
 *
 * @param schemes allowed schemes, out of {@code http} and {@code https}
 * @param ports allowed ports; empty allows every port
 * @param allow what the operator opens beside public addresses
 * @param own single hosts and ports that may have any address
 */
public record EgressPolicy(
    Set<String> schemes, Set<Integer> ports, Allowed allow, Set<Origin> own) {

  /** Names that no public name server answers for (RFC 6761, RFC 6762, RFC 8375, and .internal). */
  private static final Pattern PRIVATE_NAME =
      Pattern.compile("[^.]+|.*\\.(internal|local|localhost|home\\.arpa)");

  /** A host, written as in {@link Url#host}, and a port. */
  public record Origin(String host, int port) {}

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
    own = Set.copyOf(own);
  }

  /**
   * For URLs that the operator wrote: any port, http too, and the addresses that they listed.
   *
   * <p>An address, {@code localhost} and {@code reports.internal} in such a URL say by themselves
   * that a private address is meant, so they need no entry in the list. A name of the public DNS
   * needs one, because whoever runs its zone could point it at us.
   */
  public static EgressPolicy forOperator(Allowed allow, Collection<Url> written) {
    Set<Origin> own =
        written.stream()
            .filter(url -> isPrivate(url.host()))
            .map(url -> new Origin(url.host(), url.port()))
            .collect(Collectors.toSet());
    return new EgressPolicy(Set.of("http", "https"), Set.of(), allow, own);
  }

  private static boolean isPrivate(String host) {
    return HostName.literal(host).isPresent() || PRIVATE_NAME.matcher(host).matches();
  }

  /** For URLs that came with a request: https on the usual ports. */
  public static EgressPolicy forTenants(Allowed allow) {
    return new EgressPolicy(Set.of("https"), USUAL_PORTS, allow, Set.of());
  }

  /** What speaks against the URL before its name is resolved; addresses are checked like names. */
  public Optional<UrlFault> check(Url url) {
    if (!schemes.contains(url.scheme())) return Optional.of(UrlFault.SCHEME);
    if (!ports.isEmpty() && !ports.contains(url.port())) {
      return Optional.of(UrlFault.PORT_NOT_ALLOWED);
    }
    return HostName.literal(url.host())
        .filter(address -> !permits(url.host(), url.port(), address))
        .map(_ -> UrlFault.BLOCKED_ADDRESS);
  }

  /** Whether this host and port may be called at this address. */
  boolean permits(String host, int port, InetAddress address) {
    return !SpecialAddresses.contain(address)
        || allow.ranges().stream().anyMatch(range -> range.contains(address))
        || allow.hosts().contains(host)
        || own.contains(new Origin(host, port));
  }
}
