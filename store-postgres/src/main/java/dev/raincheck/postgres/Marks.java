package dev.raincheck.postgres;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.PackedKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Where the search for ready operations starts in each queue: past the entries of those that have started,
 * which stay in the index for as long as any snapshot in the database is older than their start. A mark is
 * a hint: this node's commits lower it, and other nodes' are seen by a look from the beginning every so
 * often. Used by the ledger's thread alone.
 */
final class Marks {
  /** Long enough that dead entries cost little, short enough that nobody notices. */
  static final long WHOLE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** A place in the order of ready operations. */
  record Place(int priority, long rank, byte[] id) {
    static final Place START = new Place(0, Long.MIN_VALUE, new byte[0]);

    static Place of(Operation operation) {
      return new Place(operation.submission().priority(), operation.rank(), PackedKey.of(operation.id()));
    }
  }

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::priority)
          .thenComparingLong(Place::rank)
          .thenComparing(Place::id, java.util.Arrays::compareUnsigned);

  /** @param wholeAt when the queue was last looked at from the beginning */
  private record Mark(Place place, long wholeAt) {}

  private final LongSupplier nanos;
  private final Map<String, Mark> marks = new HashMap<>();

  Marks(LongSupplier nanos) {
    this.nanos = nanos;
  }

  Place of(String queue) {
    var mark = marks.get(queue);
    if (mark == null || nanos.getAsLong() - mark.wholeAt >= WHOLE_EVERY_NANOS) return Place.START;
    return mark.place;
  }

  /** A search from {@code start} found {@code first} first. */
  void found(String queue, Place start, Place first) {
    var mark = marks.get(queue);
    long wholeAt = mark == null || start == Place.START ? nanos.getAsLong() : mark.wholeAt;
    marks.put(queue, new Mark(first, wholeAt));
  }

  /** A search from the beginning found nothing. */
  void empty(String queue) {
    marks.remove(queue);
  }

  /** An operation is ready: no later search may start past it. */
  void lower(Operation operation) {
    marks.computeIfPresent(
        operation.submission().queue(),
        (_, mark) -> {
          var place = Place.of(operation);
          return ORDER.compare(place, mark.place) < 0 ? new Mark(place, mark.wholeAt) : mark;
        });
  }
}
