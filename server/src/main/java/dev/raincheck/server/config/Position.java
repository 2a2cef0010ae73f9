package dev.raincheck.server.config;

/** A place in the configuration file; both count from 1. */
public record Position(int line, int column) {
  static final Position START = new Position(1, 1);
}
