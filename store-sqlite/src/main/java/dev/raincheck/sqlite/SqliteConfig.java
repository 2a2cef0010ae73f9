package dev.raincheck.sqlite;

import java.nio.file.Path;

/**
 * Where and how the embedded store keeps its file.
 *
 * @param path the database file; its directory is made if it is missing. Beside it live {@code
 *     -wal}, {@code -shm}, {@code .lock} and {@code .reserve}
 * @param strict whether each commit reaches the disk before it is acknowledged; false may lose the
 *     last commits in a power cut, never in a crash of the process
 * @param cacheBytes the writer's page cache; a reader's is an eighth of it
 * @param readers how many connections answer reads
 * @param reserveBytes space kept back so that a full disk can still record how work ended; 0 for
 *     none
 * @param checkpointBytes how long the write-ahead log grows before the writer moves it into the
 *     file
 * @param liveMax how many operations under way the writer remembers, so that it need not read them
 *     again
 */
public record SqliteConfig(
    Path path,
    boolean strict,
    long cacheBytes,
    int readers,
    long reserveBytes,
    long checkpointBytes,
    int liveMax) {
  private static final long MIB = 1 << 20;

  public SqliteConfig {
    if (readers < 1)
      throw new IllegalArgumentException("readers must be at least 1, not " + readers);
    if (cacheBytes < MIB)
      throw new IllegalArgumentException("cacheBytes must be at least 1 MiB, not " + cacheBytes);
    if (checkpointBytes < MIB) {
      throw new IllegalArgumentException(
          "checkpointBytes must be at least 1 MiB, not " + checkpointBytes);
    }
  }

  /** The defaults: strict, 64 MiB of cache, 3 readers, a reserve of 64 MiB. */
  public static SqliteConfig at(Path path) {
    return new SqliteConfig(path, true, 64 * MIB, 3, 64 * MIB, 128 * MIB, 8_192);
  }

  public SqliteConfig withStrict(boolean value) {
    return new SqliteConfig(
        path, value, cacheBytes, readers, reserveBytes, checkpointBytes, liveMax);
  }

  public SqliteConfig withReserveBytes(long value) {
    return new SqliteConfig(path, strict, cacheBytes, readers, value, checkpointBytes, liveMax);
  }

  /** A file beside the database's, such as {@code raincheck.db.lock}. */
  Path beside(String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }
}
