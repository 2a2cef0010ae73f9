package dev.raincheck.server.config;

/** What a {@code 202} promises about the disk. */
public enum Durability {
  /** The commit has reached the disk before the answer leaves. */
  STRICT,
  /** The commit may be lost when the machine (not the process) dies within the next moments. */
  RELAXED
}
