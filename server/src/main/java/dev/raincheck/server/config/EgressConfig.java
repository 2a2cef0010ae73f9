package dev.raincheck.server.config;

import java.util.List;

/**
 * Which addresses outgoing calls may reach beside the public internet. A configured target needs no
 * entry for its port, and none for its host if that is written as an address, {@code localhost} or
 * an internal name; a name of the public DNS that leads to a private address needs one.
 *
 * @param allow networks and hosts that are allowed although their addresses are private
 * @param ports the ports that calls may use
 */
public record EgressConfig(List<EgressRule> allow, List<Integer> ports) {
  static final int RULES_MAX = 100;
  static final int PORTS_MAX = 100;

  public static final EgressConfig DEFAULT = new EgressConfig(List.of(), List.of(80, 443));

  public EgressConfig {
    allow = List.copyOf(allow);
    ports = List.copyOf(ports);
    var checks =
        new Checks()
            .rule("allow", allow.size() <= RULES_MAX, allow.size(), "has more than 100 entries")
            .rule("ports", ports.size() <= PORTS_MAX, ports.size(), "has more than 100 entries");
    for (int port : ports) checks.range("ports", port, 1, 65_535);
    checks.done();
  }
}
