package dev.raincheck.testkit;

/** Where a test lets the process die. What was committed before is all that is left. */
public final class Crash extends RuntimeException {
  Crash(String where) {
    super("the process dies " + where);
  }
}
