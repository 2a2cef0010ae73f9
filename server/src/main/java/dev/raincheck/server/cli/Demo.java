package dev.raincheck.server.cli;

/** Runs a server with an example target, and shows what to try. */
@FunctionalInterface
public interface Demo {
  /**
   * Starts, and runs until the process is told to stop.
   *
   * @return the exit code of the process
   */
  int demo() throws Exception;
}
