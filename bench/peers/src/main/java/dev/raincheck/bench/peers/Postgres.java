package dev.raincheck.bench.peers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;

/** A PostgreSQL server that waits for the disk, until standard input ends. Its first line of output is the port. */
final class Postgres {
  private Postgres() {}

  public static void main(String[] args) throws Exception {
    try (var server =
        EmbeddedPostgres.builder()
            .setDataDirectory(Path.of(args[0]))
            .setServerConfig("shared_preload_libraries", "pg_stat_statements")
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("max_connections", "200")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .start()) {
      System.out.println(server.getPort());
      while (System.in.read() >= 0) {}
    }
  }
}
