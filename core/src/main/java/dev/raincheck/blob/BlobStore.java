package dev.raincheck.blob;

import dev.raincheck.ledger.BlobId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The seam to where blobs are: files, rows or an object store, which all nodes share. It knows names and
 * bytes, not who refers to them. Used by many threads; calls may block.
 *
 * <p>A blob is written once, from its beginning to its end, and is there from {@link BlobWriter#finish} on,
 * whatever happens to this machine. Before that nobody else sees it, and a process that dies leaves at most
 * what {@link #list} finds.
 */
public interface BlobStore {
  /** For programs without one: whatever does not fit into memory is refused. */
  BlobStore NONE = new NoBlobs();

  /**
   * Begins a blob.
   *
   * @param id never used before
   * @throws NoRoomException if there is no room
   */
  BlobWriter begin(BlobId id) throws IOException;

  /**
   * Reads a blob from an offset on; empty if it is not there, or not finished. It may be deleted while it
   * is read: then the stream goes on or throws, but never ends early or gives other bytes.
   */
  Optional<InputStream> open(BlobId id, long offset) throws IOException;

  /** Removes a blob, or what there is of one; does nothing if there is none. */
  void delete(BlobId id) throws IOException;

  /**
   * What is stored, unfinished blobs too, in the order of the ids: at most so many after {@code after}, or
   * from the first one on. Fewer mean that there are no more.
   */
  List<Stored> list(@Nullable BlobId after, int atMost) throws IOException;

  /** @param writtenAt when it was last written to, by the clock of the store */
  record Stored(BlobId id, Instant writtenAt) {}
}
