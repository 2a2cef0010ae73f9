package dev.raincheck.server.event;

import dev.raincheck.event.Archive;
import dev.raincheck.event.Event;
import dev.raincheck.event.Feed;
import dev.raincheck.event.Past;
import dev.raincheck.event.Topics;
import dev.raincheck.event.Watcher;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Follows one operation to its end. */
final class OperationStream extends LiveStream implements Watcher.OfOperation {
  private static final int PAGE_EVENTS_MAX = 16;
  private static final int PAGE_BYTES_MAX = 64 << 10;

  /** What a stream is made of. */
  record Parts(
      Feed feed, Archive archive, Topics topics, EventDocument documents, Rendering rendering, OpenStreams all) {}

  private final Parts parts;
  private final OperationId id;
  private Start start;
  private Event.@Nullable Progressed news;
  private long revisionShown;

  /** Where to begin. */
  sealed interface Start {
    /** With the operation as it stands, in place of everything before; or of what cannot be told. */
    record Snapshot(boolean resync) implements Start {}

    record After(long version) implements Start {}
  }

  OperationStream(Parts parts, Framing framing, Follower follower, OperationId id, Start start) {
    super(parts.all(), framing, follower, start instanceof Start.After(long version) ? version : 0);
    this.parts = parts;
    this.id = id;
    this.start = start;
  }

  @Override
  void watch() {
    parts.feed().watch(id, this);
  }

  @Override
  void unwatch() {
    parts.feed().unwatch(id, this);
  }

  @Override
  @Nullable Page read(long position) {
    boolean snapshot = start instanceof Start.Snapshot;
    long after = snapshot ? Integer.MAX_VALUE : position;
    return switch (parts.archive().past(tenant(), id, after, PAGE_EVENTS_MAX, PAGE_BYTES_MAX)) {
      case Archive.Found.Here(var past) -> page(past, position);
      case Archive.Found.Gone(), Archive.Found.Nothing() -> null;
    };
  }

  private Page page(Past past, long position) {
    var operation = past.operation();
    if (start instanceof Start.Snapshot(boolean resync)) return snapshot(operation, resync);
    if (past.trimmed() && past.events().isEmpty()) return snapshot(operation, true);
    var frames = new ArrayList<byte[]>();
    past.events().forEach(event -> frames.add(parts.rendering().frame(framing(), event)));
    long end = past.end(position);
    boolean more = end < operation.version();
    return new Page(joined(frames), frames.size(), end, more, operation.done() && !more);
  }

  private Page snapshot(Operation operation, boolean resync) {
    start = new Start.After(operation.version());
    showed(operation);
    var frames = new ArrayList<byte[]>();
    var id = Integer.toString(operation.version());
    frames.add(framing().frame("snapshot", id, parts.documents().snapshot(operation, resync)));
    if (operation.done()) {
      var end = new Event.Transition(operation.asOf(operation.moment()));
      frames.add(parts.rendering().frame(framing(), end));
    }
    return new Page(joined(frames), frames.size(), operation.version(), false, operation.done());
  }

  private synchronized void showed(Operation operation) {
    revisionShown = operation.revision();
  }

  @Override
  void caughtUp() {
    var latest = news;
    news = null;
    if (latest != null) tell(latest);
  }

  // ---- on the feed's thread

  @Override
  public void tell(Event event) {
    switch (event) {
      case Event.Transition transition ->
          told(transition.version(), () -> parts.rendering().frame(framing(), transition), transition.isLast());
      case Event.Piece piece -> told(piece.version(), () -> parts.rendering().frame(framing(), piece), false);
      case Event.Progressed progressed -> tell(progressed);
    }
  }

  /** Progress waits until what came before it is sent; then the latest is enough. */
  private synchronized void tell(Event.Progressed progressed) {
    if (progressed.operation().revision() <= revisionShown) return;
    if (!toldNow(() -> parts.rendering().frame(framing(), progressed))) news = progressed;
  }

  @Override
  public void behind() {
    toldOfLoss();
  }

  @Override
  public void released() {
    stop();
  }
}
