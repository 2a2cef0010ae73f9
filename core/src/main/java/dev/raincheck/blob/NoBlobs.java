package dev.raincheck.blob;

import dev.raincheck.ledger.BlobId;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** No place for blobs. */
final class NoBlobs implements BlobStore {
  @Override
  public BlobWriter begin(BlobId id) throws IOException {
    throw new NoRoomException("there is no blob store; give Raincheck.on(store) one with blobs(…)", null);
  }

  @Override
  public Optional<InputStream> open(BlobId id, long offset) {
    return Optional.empty();
  }

  @Override
  public void delete(BlobId id) {}

  @Override
  public List<Stored> list(@Nullable BlobId after, int atMost) {
    return List.of();
  }
}
