package dev.raincheck.server.egress;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Tells ranges from names in the operator's list. */
final class AllowedEntries {
  private AllowedEntries() {}

  static EgressPolicy.Allowed read(List<String> entries) {
    var ranges = new ArrayList<AddressRange>();
    var hosts = new HashSet<String>();
    for (String entry : entries) {
      if (entry.indexOf('/') >= 0 || HostName.literal(entry).isPresent()) {
        ranges.add(AddressRange.parse(entry));
      } else {
        hosts.add(host(entry));
      }
    }
    return new EgressPolicy.Allowed(ranges, hosts);
  }

  private static String host(String entry) {
    try {
      return HostName.canonical(entry);
    } catch (Url.Refused refused) {
      throw new IllegalArgumentException(
          "\"" + entry + "\" is neither an address range nor a host name");
    }
  }
}
