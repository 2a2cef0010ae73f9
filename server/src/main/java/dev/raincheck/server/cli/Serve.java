package dev.raincheck.server.cli;

import dev.raincheck.server.config.ServerConfig;

/** Runs a server. */
@FunctionalInterface
public interface Serve {
  /**
   * Starts, serves until the process is told to stop, and drains.
   *
   * @return the exit code of the process
   */
  int serve(ServerConfig config) throws Exception;
}
