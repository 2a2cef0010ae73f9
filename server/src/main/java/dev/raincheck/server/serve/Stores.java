package dev.raincheck.server.serve;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.ledger.Store;
import dev.raincheck.server.config.Durability;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteStore;
import dev.raincheck.sqlite.blob.FileBlobs;
import java.io.IOException;
import java.time.InstantSource;

/** Opens the store that the configuration names. */
final class Stores {
  private Stores() {}

  static Store open(ServerConfig config, InstantSource clock) {
    boolean strict = config.durability() == Durability.STRICT;
    return switch (config.store()) {
      case StoreConfig.Sqlite(var file) ->
          SqliteStore.open(SqliteConfig.at(file).withStrict(strict), clock, System::nanoTime);
    };
  }

  /** The blobs beside an open store, which has made sure that nobody else uses them. */
  static BlobStore blobs(ServerConfig config) throws IOException {
    return switch (config.store()) {
      case StoreConfig.Sqlite(var file) ->
          FileBlobs.open(file.resolveSibling(file.getFileName() + ".blobs"));
    };
  }
}
