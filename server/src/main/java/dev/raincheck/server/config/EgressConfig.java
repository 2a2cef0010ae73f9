package dev.raincheck.server.config;

import dev.raincheck.server.egress.AddressRange;
import dev.raincheck.server.egress.EgressPolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;

/**
 * Which addresses outgoing calls may reach beside the public internet. A configured target needs no
 * entry for its port, and none for its host if that is written as an address, {@code localhost} or
 * an internal name; a name of the public DNS that leads to a private address needs one.
 *
 * @param allow networks and hosts that are allowed although their addresses are private
 */
public record EgressConfig(List<EgressRule> allow) {
  static final int RULES_MAX = 100;

  public static final EgressConfig DEFAULT = new EgressConfig(List.of());

  public EgressConfig {
    allow = List.copyOf(allow);
    new Checks()
        .rule("allow", allow.size() <= RULES_MAX, allow.size(), "has more than 100 entries")
        .done();
  }

  /** The same for the client that calls. */
  public EgressPolicy.Allowed allowed() {
    var ranges = new ArrayList<AddressRange>();
    var hosts = new HashSet<String>();
    for (var rule : allow) {
      switch (rule) {
        case EgressRule.Network(var network, var prefix) ->
            ranges.add(AddressRange.of(HexFormat.of().parseHex(network), prefix));
        case EgressRule.Host(var name) -> hosts.add(name);
      }
    }
    return new EgressPolicy.Allowed(ranges, hosts);
  }
}
