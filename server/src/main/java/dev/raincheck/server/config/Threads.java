package dev.raincheck.server.config;

/** What attempts of a type run on. */
public enum Threads {
  /** A bounded pool, one thread per slot: a busy handler delays nobody else. */
  PLATFORM,
  /** For thousands of handlers that mostly wait. */
  VIRTUAL
}
