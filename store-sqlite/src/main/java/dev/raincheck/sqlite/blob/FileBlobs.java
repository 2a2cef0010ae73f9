package dev.raincheck.sqlite.blob;

import dev.raincheck.blob.BlobStore;
import dev.raincheck.blob.BlobWriter;
import dev.raincheck.blob.NoRoomException;
import dev.raincheck.ledger.BlobId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files: written in one directory, moved to one of 256 others when they are whole. Every name in
 * every path is made here, from numbers.
 */
public final class FileBlobs implements BlobStore {
  static final String MAKING = "making";

  /** So much is left to the database, which must still record how work ended. */
  static final long KEPT_FREE_BYTES = 64L << 20;

  /** How often the room is looked at: asking costs a little, and a neighbour may fill the disk, too. */
  private static final long LOOK_EVERY_BYTES = 8L << 20;

  private static final int SHARDS = 256;
  private static final List<String> NO_ROOM =
      List.of("no space left", "disk quota exceeded", "not enough space");
  private static final Comparator<Stored> BY_ID = Comparator.comparing(Stored::id);
  private static final Logger LOG = LoggerFactory.getLogger(FileBlobs.class);

  private final Disk disk;

  /** Opens what a process may have left behind, and removes what it had not finished. */
  FileBlobs(Disk disk) throws IOException {
    this.disk = disk;
    for (var unfinished : disk.list(MAKING)) disk.delete(MAKING, unfinished.name());
  }

  /**
   * Opens the directory, or makes it.
   *
   * @param directory of which this process is the only user, as of the database beside it
   */
  public static FileBlobs open(Path directory) throws IOException {
    var directories = Stream.concat(Stream.of(MAKING), IntStream.range(0, SHARDS).mapToObj(FileBlobs::shard));
    return new FileBlobs(LocalDisk.at(directory, directories.toList()));
  }

  private static String shard(int number) {
    return "%02x".formatted(number);
  }

  private static int number(BlobId id) {
    return (int) (id.hi() >>> 56);
  }

  private static String shard(BlobId id) {
    return shard(number(id));
  }

  @Override
  public BlobWriter begin(BlobId id) throws IOException {
    requireRoom();
    try {
      return new Writer(id, disk.create(MAKING, id.text()));
    } catch (IOException e) {
      throw named(e);
    }
  }

  @Override
  public Optional<InputStream> open(BlobId id, long offset) throws IOException {
    return disk.open(shard(id), id.text(), offset);
  }

  @Override
  public void delete(BlobId id) throws IOException {
    disk.delete(shard(id), id.text());
    disk.delete(MAKING, id.text());
  }

  @Override
  public List<Stored> list(@Nullable BlobId after, int atMost) throws IOException {
    Predicate<Stored> wanted = stored -> after == null || stored.id().compareTo(after) > 0;
    var unfinished = stored(MAKING, wanted);
    var page = new ArrayList<Stored>();
    for (int n = after == null ? 0 : number(after); n < SHARDS && page.size() < atMost; n++) {
      int shard = n;
      var here = stored(shard(n), wanted);
      unfinished.stream().filter(stored -> number(stored.id()) == shard).forEach(here::add);
      here.sort(BY_ID);
      page.addAll(here);
    }
    return page.size() <= atMost ? page : List.copyOf(page.subList(0, atMost));
  }

  /** What is not ours in the directory is left alone. */
  private List<Stored> stored(String directory, Predicate<Stored> wanted) throws IOException {
    var stored = new ArrayList<Stored>();
    for (var entry : disk.list(directory)) {
      BlobId.parse(entry.name())
          .map(id -> new Stored(id, entry.writtenAt()))
          .filter(wanted)
          .ifPresent(stored::add);
    }
    return stored;
  }

  private void requireRoom() throws IOException {
    if (disk.room() < KEPT_FREE_BYTES) throw new NoRoomException("the disk of the blobs is full", null);
  }

  /** Java has no name for a full disk but the system's words. */
  private static IOException named(IOException e) {
    var words = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full = NO_ROOM.stream().anyMatch(words::contains);
    return full ? new NoRoomException("the disk of the blobs is full", e) : e;
  }

  private final class Writer implements BlobWriter {
    private final BlobId id;
    private final Disk.Written file;
    private long unseen;
    private boolean finished;

    Writer(BlobId id, Disk.Written file) {
      this.id = id;
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      unseen += length;
      if (unseen >= LOOK_EVERY_BYTES) {
        unseen = 0;
        requireRoom();
      }
      try {
        file.write(bytes, offset, length);
      } catch (IOException e) {
        throw named(e);
      }
    }

    /** The bytes, then the name, then the name's directory: each is durable before the next begins. */
    @Override
    public void finish() throws IOException {
      try {
        file.sync();
        file.close();
        disk.move(MAKING, shard(id), id.text());
        disk.sync(shard(id));
      } catch (IOException e) {
        throw named(e);
      }
      finished = true;
    }

    @Override
    public void close() {
      if (finished) return;
      try {
        file.close();
      } catch (IOException e) {
        LOG.debug("{} was not closed", id, e);
      }
      try {
        delete(id);
      } catch (IOException e) {
        LOG.warn("{} is unfinished and could not be removed; the sweep will try again", id, e);
      }
    }
  }
}
