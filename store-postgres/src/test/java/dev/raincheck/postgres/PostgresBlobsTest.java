package dev.raincheck.postgres;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.testkit.BlobContract;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.AnOperation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** PostgreSQL keeps the contract of all places for blobs. */
class PostgresBlobsTest extends BlobContract {
  private final PostgresConfig config = TestServer.config();
  private final List<PostgresStore> opened = new ArrayList<>();

  @Override
  protected BlobStore open() {
    var store = TestServer.open(config, new ManualClock(AnOperation.EPOCH));
    opened.add(store);
    return store.blobs();
  }

  @AfterEach
  void close() {
    opened.forEach(PostgresStore::close);
  }
}
