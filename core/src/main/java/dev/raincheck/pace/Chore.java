package dev.raincheck.pace;

import java.time.Instant;

/** Background work in small bounded passes. Someone else decides when, and on which thread. */
@FunctionalInterface
public interface Chore {
  /** Does at most one batch and says how many things it did; 0 lets it rest. */
  int runOnce(Instant now);
}
