package dev.raincheck.server.config;

import java.nio.file.Path;

/** Where operations are kept. */
public sealed interface StoreConfig {
  /** One file on this machine (two more, {@code -wal} and {@code -shm}, live beside it). */
  record Sqlite(Path file) implements StoreConfig {}
}
