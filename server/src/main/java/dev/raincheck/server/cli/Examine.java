package dev.raincheck.server.cli;

import dev.raincheck.doctor.Finding;
import dev.raincheck.server.config.ServerConfig;
import java.util.List;

/** Looks at the store that a configuration names, without changing anything there. */
@FunctionalInterface
public interface Examine {
  /**
   * What was found, in the order in which it was looked at. A store that cannot be reached is a problem of the check
   * {@code reachable}, and the only finding.
   */
  List<Finding> examine(ServerConfig config);
}
