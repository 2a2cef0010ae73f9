package dev.raincheck.server.cli;

import java.io.PrintStream;

/** Runs a server with examples, and takes a newcomer on a tour. */
@FunctionalInterface
public interface Demo {
  /**
   * Starts a server, tells the tour, and serves until the process is told to stop.
   *
   * @param out where the tour is told, in UTF-8
   * @param watched whether a person watches {@code out}, so that lines may be drawn over
   * @param once whether to end after the tour
   * @return the exit code of the process
   */
  int demo(PrintStream out, boolean watched, boolean once) throws Exception;
}
