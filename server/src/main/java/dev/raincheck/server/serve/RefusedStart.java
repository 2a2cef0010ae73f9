package dev.raincheck.server.serve;

/** A server that must not run like this. The message says what to do instead. */
public final class RefusedStart extends RuntimeException {
  RefusedStart(String message) {
    super(message);
  }
}
