package dev.raincheck.server.config;

/** Why a failed operation is marked {@code dead} for attention. */
public enum DeadLetter {
  /** Its attempts were used up. */
  EXHAUSTED,
  /** A deadline passed. */
  TIMED_OUT,
  /** The target refused it for good. */
  REJECTED
}
