package dev.raincheck.server.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. May block: it is called on threads of its own. */
@FunctionalInterface
public interface NameResolver {
  /**
   * All addresses of the name.
   *
   * @throws UnknownHostException if it has none, or nobody could say
   */
  List<InetAddress> resolve(String name) throws UnknownHostException;

  /** As the machine is configured: hosts file, then name servers. */
  static NameResolver system() {
    return name -> List.of(InetAddress.getAllByName(name));
  }
}
