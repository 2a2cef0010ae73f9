package dev.raincheck.server.config;

import java.nio.file.Path;

/** Where operations are kept. */
public sealed interface StoreConfig {
  /** One file on this machine (two more, {@code -wal} and {@code -shm}, live beside it). */
  record Sqlite(Path file) implements StoreConfig {}

  /**
   * A PostgreSQL database, which any number of nodes share.
   *
   * @param url with the password
   * @param location the same without user, password and parameters
   */
  record Postgres(Secret url, String location) implements StoreConfig {}
}
