package dev.raincheck.testkit;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.BlobWriter;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.ledger.BlobId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The executable specification of the seam to blobs: a map. What is against the rules (a name used twice,
 * a writer used after its end) is thrown as an {@link IllegalStateException}. It has as much room as a test
 * gives it, and fails when a test wants it to.
 */
public final class MemoryBlobs implements BlobStore {
  private record Blob(byte[] bytes, boolean finished, Instant writtenAt) {}

  private final InstantSource clock;
  private final TreeMap<BlobId, Blob> blobs = new TreeMap<>();
  private long room = Long.MAX_VALUE;
  private boolean failing;

  public MemoryBlobs(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on there is room for so many bytes more. */
  public synchronized void room(long bytes) {
    room = bytes;
  }

  /** Whether every call fails from now on. */
  public synchronized void failing(boolean value) {
    failing = value;
  }

  /** All that is there, unfinished blobs too. */
  public synchronized List<BlobId> all() {
    return List.copyOf(blobs.keySet());
  }

  @Override
  public synchronized BlobWriter begin(BlobId id) throws IOException {
    alive();
    if (blobs.containsKey(id)) throw new IllegalStateException("misuse of the blobs: " + id + " is taken");
    blobs.put(id, new Blob(new byte[0], false, clock.instant()));
    return new Writer(id);
  }

  @Override
  public synchronized Optional<InputStream> open(BlobId id, long offset) throws IOException {
    alive();
    var blob = blobs.get(id);
    if (blob == null || !blob.finished) return Optional.empty();
    int from = (int) Math.min(offset, blob.bytes.length);
    return Optional.of(new ByteArrayInputStream(blob.bytes, from, blob.bytes.length - from));
  }

  @Override
  public synchronized void delete(BlobId id) throws IOException {
    alive();
    blobs.remove(id);
  }

  @Override
  public synchronized List<Stored> list(@Nullable BlobId after, int atMost) throws IOException {
    alive();
    var rest = after == null ? blobs : blobs.tailMap(after, false);
    return rest.entrySet().stream()
        .limit(atMost)
        .map(entry -> new Stored(entry.getKey(), entry.getValue().writtenAt))
        .toList();
  }

  private void alive() throws IOException {
    if (failing) throw new IOException("a fault of the test");
  }

  private final class Writer implements BlobWriter {
    private final BlobId id;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean over;

    Writer(BlobId id) {
      this.id = id;
    }

    @Override
    public void write(byte[] more, int offset, int length) throws IOException {
      synchronized (MemoryBlobs.this) {
        alive();
        requireOpen();
        if (room < length) throw new NoRoomException("a fault of the test", null);
        room -= length;
        bytes.write(more, offset, length);
        if (blobs.containsKey(id)) blobs.put(id, new Blob(new byte[0], false, clock.instant()));
      }
    }

    @Override
    public void finish() throws IOException {
      synchronized (MemoryBlobs.this) {
        alive();
        requireOpen();
        if (!blobs.containsKey(id)) throw new IOException(id + " was removed while it was written");
        blobs.put(id, new Blob(bytes.toByteArray(), true, clock.instant()));
        over = true;
      }
    }

    @Override
    public void close() {
      synchronized (MemoryBlobs.this) {
        if (!over) blobs.remove(id);
        over = true;
      }
    }

    private void requireOpen() {
      if (over) throw new IllegalStateException("misuse of the blobs: " + id + " is finished or given up");
    }
  }
}
