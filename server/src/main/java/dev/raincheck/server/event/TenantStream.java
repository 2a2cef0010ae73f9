package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import dev.raincheck.event.Watcher;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Follows all operations of a tenant that a filter lets through; it has no end. */
final class TenantStream extends LiveStream implements Watcher.OfTenant {
  private static final int PAGE_ENTRIES_MAX = 100;

  private final OperationStream.Parts parts;
  private final EventFilter filter;
  private final EventCursors cursors;
  private @Nullable Start start;

  /** Where to begin. */
  sealed interface Start {
    /** With what comes from now on; or instead of what cannot be told. */
    record Now(boolean resync) implements Start {}

    /** With the oldest entry that is kept. */
    record Oldest() implements Start {}

    record After(long offset) implements Start {}
  }

  TenantStream(
      OperationStream.Parts parts, Follower follower, EventFilter filter, EventCursors cursors, Start start) {
    super(parts.all(), Framing.SSE, follower, start instanceof Start.After(long offset) ? offset : 0);
    this.parts = parts;
    this.filter = filter;
    this.cursors = cursors;
    this.start = start;
  }

  @Override
  void watch() {
    parts.feed().watch(tenant(), this);
  }

  @Override
  void unwatch() {
    parts.feed().unwatch(tenant(), this);
  }

  @Override
  Page read(long position) {
    var begin = start;
    start = null;
    if (begin instanceof Start.Now(boolean resync)) return beginning(parts.archive().end(tenant()), resync);
    var page = parts.archive().log(tenant(), position, PAGE_ENTRIES_MAX);
    boolean lost = position > page.end() || page.trimmedAfter(position);
    if (lost && !(begin instanceof Start.Oldest)) return beginning(page.end(), true);
    var frames = new ArrayList<byte[]>();
    long end = position;
    for (var told : page.told()) {
      end = told.offset();
      var event = told.event();
      if (event != null && filter.matches(event)) frames.add(frame(end, event));
    }
    return new Page(joined(frames), frames.size(), end, end < page.end(), false);
  }

  private Page beginning(long offset, boolean resync) {
    var json = EventDocument.start(tenant(), offset, Instant.ofEpochMilli(parts.all().now()), resync);
    return new Page(Framing.SSE.frame("snapshot", id(offset), json), 1, offset, false, false);
  }

  private String id(long offset) {
    return cursors.write(tenant(), filter, offset);
  }

  private byte[] frame(long offset, Event event) {
    return Framing.SSE.frame(Framing.nameInAll(event), id(offset), parts.rendering().json(event));
  }

  /** Progress that came while it read is over: there will be more. */
  @Override
  void caughtUp() {}

  // ---- on the feed's thread

  @Override
  public void tell(long offset, Event.@Nullable Numbered event) {
    told(offset, event == null || !filter.matches(event) ? null : () -> frame(offset, event), false);
  }

  @Override
  public void tell(Event.Progressed event) {
    if (!filter.matches(event)) return;
    var unused = toldNow(() -> Framing.SSE.frame("progress", null, parts.rendering().json(event)));
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
