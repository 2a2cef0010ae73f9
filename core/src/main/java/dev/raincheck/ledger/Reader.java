package dev.raincheck.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Short reads of committed state: GET, lists, the log, due work. Never locks. What a tenant's request may
 * see takes the tenant; {@link System} is for the engine itself.
 */
public interface Reader {
  /** An operation, what is left of it, or nothing: another tenant's is nothing. */
  Found operation(int tenant, OperationId id);

  /** The bytes of a payload that is kept apart from its row; empty if it is gone. */
  Optional<byte[]> payload(OperationId id, Payload.Part part);

  /** A page of operations, newest first by creation, then by id. */
  Page list(Filter filter, @Nullable Position after, int limit);

  /** Log and output chunks after a version, oldest first. */
  List<Row.Chunk> chunks(OperationId id, int afterVersion, int atMost);

  /** How many queued operations would start before this one, counted up to {@code atMost}. */
  int ahead(Operation operation, int atMost);

  /** Segments of a stream that hold offsets after {@code offset}, oldest first. */
  List<Segment> log(String stream, long offset, int atMost);

  /** The offset of a stream's last entry; 0 if it never had one. */
  long logEnd(String stream);

  Optional<Row.Doc> doc(Key.Doc key);

  /**
   * What is handed over under this id and no operation yet, last in the list; before it, in order, what was handed
   * over earlier in the same lane or with the same key, or might have been. Empty if nothing is.
   *
   * @param atMost at least 1
   */
  default List<HandedOver> handedOver(OperationId id, int atMost) {
    return List.of();
  }

  System system();

  /** Reads that are not one tenant's: chores, metrics, start-up. */
  interface System {
    /** Operations and tombstones whose time has come by {@code now}, earliest first. */
    List<OperationId> due(Instant now, int atMost);

    /** The earliest moment at which something will be due, or null. */
    @Nullable Instant nextDue();

    /** Operations under way whose owner (0 apart) has no lease at {@code now}. */
    List<Orphan> orphans(Instant now, int atMost);

    /** Keys of idempotency that may be forgotten. */
    List<Row.Idem> staleKeys(Instant now, int atMost);

    /** Every document of a kind, of all tenants. */
    List<Row.Doc> docs(String kind);

    /** Which of these blobs any operation refers to. */
    Set<BlobId> referred(Collection<BlobId> blobs);

    /** All blobs that operations refer to, each once. */
    Blobs blobs();

    /** What waits and runs, per type. */
    List<Depth> depths();

    /** Whether applications have handed over work or ends of operations. Cheap. */
    default boolean isHandedOver() {
      return false;
    }

    /** Work that is handed over, in its order, after {@code order}; bounded in bytes as well, but at least one. */
    default List<HandedOver> handedOver(long order, int atMost) {
      return List.of();
    }

    /** Operations whose end applications have recorded. */
    default List<OperationId> completions(int atMost) {
      return List.of();
    }

    /** Segments of all streams after a position, in the order of their commits. */
    List<Segment> log(long position, int atMost);

    /**
     * The same, but what a node has committed itself comes without its entries: for who knows them already
     * and only wants to keep his place.
     */
    default List<Segment> logOfOthers(long position, int atMost, long node) {
      return log(position, atMost).stream()
          .map(segment -> segment.node() == node ? segment.withoutEntries() : segment)
          .toList();
    }

    /** The position of the last segment of all; 0 if there is none. */
    long logEnd();
  }

  /** @param bytes of all of them together */
  record Blobs(long count, long bytes) {}

  /** An operation under way, and the owner whose lease is over. */
  record Orphan(OperationId operation, long owner) {}

  /** The answer to a look-up by id. */
  sealed interface Found {
    record Here(Operation operation) implements Found {}

    /** Deleted or expired. */
    record Gone() implements Found {}

    record Nothing() implements Found {}
  }

  /**
   * Which operations; null or empty members do not restrict. Times are exclusive.
   *
   * @param statuses public words
   */
  record Filter(
      int tenant,
      List<String> statuses,
      @Nullable String type,
      @Nullable String tag,
      @Nullable String correlationId,
      @Nullable OperationId parent,
      @Nullable Boolean dead,
      @Nullable Instant createdAfter,
      @Nullable Instant createdBefore) {
    public static Filter all(int tenant) {
      return new Filter(tenant, List.of(), null, null, null, null, null, null, null);
    }
  }

  /** Where a list goes on: after this operation. */
  record Position(Instant createdAt, OperationId id) {}

  /**
   * @param next where to go on, or null at the end. A page may be short of its limit and still go on, when
   *     a filter matches so little that the store looked at as many rows as one request may.
   */
  record Page(List<Operation> operations, @Nullable Position next) {}

  /**
   * One batch's entries of one stream.
   *
   * @param position of the segment among all streams; private to the engine
   * @param first the offset of its first entry
   * @param node whose batch it was
   */
  record Segment(
      long position, String stream, long first, Instant at, List<Entry> entries, long node) {
    Segment withoutEntries() {
      return new Segment(position, stream, first, at, List.of(), node);
    }
  }

  /**
   * @param oldest when the oldest of these was accepted, or null
   */
  record Depth(String type, String queue, String word, long count, @Nullable Instant oldest) {
    /** Of two numbers of a store that have one public word, as ready and blocked have. */
    public Depth plus(Depth other) {
      boolean mine = oldest != null && (other.oldest == null || !other.oldest.isBefore(oldest));
      return new Depth(type, queue, word, count + other.count, mine ? oldest : other.oldest);
    }
  }
}
