package dev.raincheck.blob;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The blobs of this node's operations: makes them, reads them, and removes those that nothing refers to.
 *
 * <p>The order keeps every reference good: a blob is durable before the command that refers to it, and is
 * removed after the commit that dropped its last reference. A crash in between leaves a blob without a
 * reference, and the sweep finds it when it is a day old. No command may refer to a blob for the first
 * time that is older than half of that ({@link Payload.Blob#REFERRED_WITHIN}), so what the sweep takes can
 * no longer become wanted.
 */
public final class Blobs implements Commit.Listener {
  /** How old an orphan is when it is swept. */
  public static final Duration ORPHAN_AGE = Payload.Blob.REFERRED_WITHIN.multipliedBy(2);

  /** A sweep that has seen all rests so long. */
  static final Duration SWEEP_EVERY = Duration.ofHours(1);

  static final int PAGE = 500;

  /** What is dropped faster than it is removed is left to the sweep. */
  private static final int DROPPED_MAX = 10_000;

  private static final int REMOVED_AT_ONCE = 100;
  private static final Logger LOG = LoggerFactory.getLogger(Blobs.class);

  private final BlobStore store;
  private final Store references;
  private final InstantSource clock;
  private final RandomGenerator chance;

  /** In the making, or made and not yet handed over: whatever the clocks say, these are not orphans. */
  private final Set<BlobId> held = ConcurrentHashMap.newKeySet();

  private final ArrayBlockingQueue<BlobId> dropped = new ArrayBlockingQueue<>(DROPPED_MAX);
  private final LongAdder swept = new LongAdder();
  private volatile Reader.Blobs counted = new Reader.Blobs(0, 0);
  private @Nullable BlobId sweptTo;
  private Instant nextSweep = Instant.MIN;

  /**
   * @param references where operations say which blobs they refer to
   * @param chance good enough that names never meet; safe for use by many threads
   */
  public Blobs(BlobStore store, Store references, InstantSource clock, RandomGenerator chance) {
    this.store = store;
    this.references = references;
    this.clock = clock;
    this.chance = chance;
  }

  // ---- making and reading

  /**
   * Takes a payload for a tenant.
   *
   * @param memoryMax the longest that stays in memory, in bytes
   */
  public Spool spool(int tenant, int memoryMax) {
    return new Spool(this, tenant, memoryMax);
  }

  /**
   * Reads a blob from an offset on.
   *
   * @throws FileNotFoundException if it is gone
   */
  public InputStream open(Payload.Blob blob, long offset) throws IOException {
    return store
        .open(blob.id(), offset)
        .orElseThrow(() -> new FileNotFoundException("the blob " + blob.id() + " is gone"));
  }

  /**
   * Says what became of a payload that was made here.
   *
   * @param standing what the operation refers to now, or null for nothing: if that is another payload,
   *     the one made is removed
   */
  public void settle(@Nullable Payload made, @Nullable Payload standing) {
    if (!(made instanceof Payload.Blob blob)) return;
    boolean taken = standing instanceof Payload.Blob other && other.id().equals(blob.id());
    if (!taken) drop(blob.id());
    held.remove(blob.id());
  }

  /** Nobody knows what became of a payload: if nothing refers to it, the sweep will find it. */
  public void leave(@Nullable Payload made) {
    if (made instanceof Payload.Blob blob) held.remove(blob.id());
  }

  record Making(BlobId id, BlobWriter writer) {}

  Making begin(int tenant) throws IOException {
    var id = new BlobId(tenant, chance.nextLong(), chance.nextLong());
    held.add(id);
    try {
      return new Making(id, store.begin(id));
    } catch (IOException | RuntimeException e) {
      held.remove(id);
      throw e;
    }
  }

  Payload.Blob made(BlobId id, long size, String mediaType, byte[] sha256) {
    return new Payload.Blob(id, size, mediaType, sha256, clock.instant());
  }

  void giveUp(Making making) {
    making.writer().close();
    held.remove(making.id());
  }

  // ---- removing

  @Override
  public void committed(Commit commit) {
    commit.dropped().forEach(this::drop);
  }

  private void drop(BlobId id) {
    boolean queued = dropped.offer(id);
    if (!queued) LOG.debug("{} is left to the sweep", id);
  }

  /** Removes what was dropped, unless another operation refers to it: a retry shares its input. */
  public int removeDropped(Instant now) {
    var ids = new ArrayList<BlobId>();
    dropped.drainTo(ids, REMOVED_AT_ONCE);
    ids.removeIf(held::contains);
    remove(ids);
    return ids.size();
  }

  /** Looks at the next blobs of all that are stored, and removes those that are old and not referred to. */
  public int sweep(Instant now) {
    if (now.isBefore(nextSweep)) return 0;
    List<BlobStore.Stored> page;
    try {
      page = store.list(sweptTo, PAGE);
    } catch (IOException e) {
      LOG.warn("the blobs could not be listed; they are swept later", e);
      rest(now);
      return 0;
    }
    var old = new ArrayList<BlobId>();
    for (var stored : page) {
      boolean young = stored.writtenAt().plus(ORPHAN_AGE).isAfter(now);
      if (!young && !held.contains(stored.id())) old.add(stored.id());
    }
    int removed = remove(old);
    swept.add(removed);
    if (removed > 0) LOG.info("swept {} blobs that nothing referred to", removed);
    if (page.size() < PAGE) {
      rest(now);
      return 0;
    }
    sweptTo = page.getLast().id();
    return page.size();
  }

  private void rest(Instant now) {
    sweptTo = null;
    nextSweep = now.plus(SWEEP_EVERY);
  }

  /** References are looked at after the blobs were found: none can come to one that has none. */
  private int remove(List<BlobId> ids) {
    if (ids.isEmpty()) return 0;
    var referred = references.read(reader -> reader.system().referred(ids));
    int removed = 0;
    for (var id : ids) {
      if (referred.contains(id)) continue;
      try {
        store.delete(id);
        removed++;
      } catch (IOException e) {
        LOG.warn("the blob {} could not be removed; the sweep will try again", id, e);
      }
    }
    return removed;
  }

  // ---- counting

  public int count(Instant now) {
    counted = references.read(reader -> reader.system().blobs());
    return 0;
  }

  /** How many blobs operations refer to and how long they are together, as last counted. */
  public Reader.Blobs counted() {
    return counted;
  }

  /** How many orphans were removed since the start. */
  public long swept() {
    return swept.sum();
  }
}
