package dev.raincheck.event;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be read back: an operation's history, a tenant's log. Each a short read of a bounded page. */
public final class Archive {
  /** How many segments one page looks at: most are small. */
  private static final int SEGMENTS_MAX = 32;

  private final Store store;

  public Archive(Store store) {
    this.store = store;
  }

  /** An operation's history, or why there is none. */
  public sealed interface Found {
    record Here(Past past) implements Found {}

    record Gone() implements Found {}

    record Nothing() implements Found {}
  }

  /**
   * One entry of a tenant's log.
   *
   * @param event null if it is not to be told: its operation is gone, or of a reserved type
   */
  public record Told(long offset, Event.@Nullable Numbered event) {}

  /**
   * A page of a tenant's log.
   *
   * @param told without a gap from where the page was asked to begin
   * @param oldest the offset of the first entry that is still kept
   * @param end of the log at that moment; 0 if it is empty
   */
  public record Page(List<Told> told, long oldest, long end) {
    /** Whether what follows an offset has been forgotten, at least in part. */
    public boolean trimmedAfter(long offset) {
      return offset + 1 < oldest;
    }
  }

  /** The history after an entry, at most so many entries and bytes of log and output. */
  public Found past(int tenant, OperationId id, long after, int atMost, int bytesMax) {
    return store.read(
        reader ->
            switch (reader.operation(tenant, id)) {
              case Reader.Found.Here(var operation) ->
                  new Found.Here(Past.after(reader, operation, after, atMost, bytesMax));
              case Reader.Found.Gone() -> new Found.Gone();
              case Reader.Found.Nothing() -> new Found.Nothing();
            });
  }

  /** The log after an offset, or from the oldest entry on if that is gone. */
  public Page log(int tenant, long after, int atMost) {
    var stream = Entry.operations(tenant);
    return store.read(
        reader -> {
          long end = reader.logEnd(stream);
          var segments = reader.log(stream, after, SEGMENTS_MAX);
          if (segments.isEmpty()) return new Page(List.of(), end + 1, end);
          return new Page(told(reader, tenant, segments, after, atMost), segments.getFirst().first(), end);
        });
  }

  private static List<Told> told(
      Reader reader, int tenant, List<Reader.Segment> segments, long after, int atMost) {
    var told = new ArrayList<Told>();
    for (var segment : segments) {
      int skip = (int) Math.max(0, after + 1 - segment.first());
      int end = Math.min(segment.entries().size(), skip + atMost - told.size());
      var entries = segment.entries().subList(skip, end);
      var events = SegmentEvents.read(reader, tenant, entries);
      for (int i = 0; i < entries.size(); i++) {
        told.add(new Told(segment.first() + skip + i, Feed.toAll(events.of(entries.get(i)))));
      }
      if (told.size() >= atMost) break;
    }
    return told;
  }

  /** The offset of the last entry of a tenant's log; 0 if there is none. */
  public long end(int tenant) {
    return store.read(reader -> reader.logEnd(Entry.operations(tenant)));
  }
}
