package dev.raincheck.event;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.util.ArrayList;
import java.util.List;

/** Published events, to be read back by tenant and topic, each time in a short read of a bounded page. */
public final class Topics {
  /** How many segments one page looks at: most are small, and none that the outbox has filled is long. */
  private static final int SEGMENTS_MAX = 32;

  private final Store store;

  public Topics(Store store) {
    this.store = store;
  }

  /** A published event and its offset. */
  public record Told(long offset, Fact fact) {}

  /**
   * A page of a topic.
   *
   * @param told without a gap from where the page was asked to begin
   * @param oldest the offset of the first event that is still kept
   * @param end of the topic at that moment; 0 if nothing was ever published in it
   */
  public record Page(List<Told> told, long oldest, long end) {
    /** Whether what follows an offset has been forgotten, at least in part. */
    public boolean trimmedAfter(long offset) {
      return offset + 1 < oldest;
    }
  }

  /** The events after an offset, or from the oldest on if that is gone. */
  public Page after(int tenant, String topic, long offset, int atMost) {
    var stream = Entry.topic(tenant, topic);
    return store.read(
        reader -> {
          long end = reader.logEnd(stream);
          var segments = reader.log(stream, offset, SEGMENTS_MAX);
          if (segments.isEmpty()) return new Page(List.of(), end + 1, end);
          return new Page(told(segments, offset, atMost), segments.getFirst().first(), end);
        });
  }

  private static List<Told> told(List<Reader.Segment> segments, long after, int atMost) {
    var told = new ArrayList<Told>();
    for (var segment : segments) {
      long offset = segment.first();
      for (var entry : segment.entries()) {
        if (told.size() == atMost) return told;
        var fact = entry.fact();
        if (offset > after && fact != null) told.add(new Told(offset, fact));
        offset++;
      }
    }
    return told;
  }

  /** The offset of a topic's last event; 0 if there is none. */
  public long end(int tenant, String topic) {
    return store.read(reader -> reader.logEnd(Entry.topic(tenant, topic)));
  }
}
