package dev.raincheck.server.serve;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.postgres.PostgresConfig;
import dev.raincheck.postgres.PostgresStore;
import dev.raincheck.server.config.Durability;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteStore;
import dev.raincheck.sqlite.blob.FileBlobs;
import java.io.IOException;
import java.time.InstantSource;

/**
 * The store that the configuration names, open, and where its blobs are.
 *
 * @param blobs opened after the store, which has made sure that they may be used
 */
record Stores(Store store, BlobsOpener blobs) implements AutoCloseable {
  /** Opens the blobs. */
  interface BlobsOpener {
    BlobStore open() throws IOException;
  }

  static Stores open(ServerConfig config, InstantSource clock) {
    boolean strict = config.durability() == Durability.STRICT;
    return switch (config.store()) {
      case StoreConfig.Sqlite(var file) ->
          new Stores(
              SqliteStore.open(SqliteConfig.at(file).withStrict(strict), clock, System::nanoTime),
              () -> FileBlobs.open(file.resolveSibling(file.getFileName() + ".blobs")));
      case StoreConfig.Postgres(var url, _) -> {
        var store = PostgresStore.open(postgres(url.reveal()).withStrict(strict), System::nanoTime);
        yield new Stores(store, store::blobs);
      }
    };
  }

  static PostgresConfig postgres(String url) {
    try {
      return PostgresConfig.of(url);
    } catch (IllegalArgumentException e) {
      throw new StoreException("store: the address of the PostgreSQL database " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
