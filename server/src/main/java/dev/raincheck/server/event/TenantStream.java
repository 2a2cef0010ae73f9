package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import dev.raincheck.event.Watcher;
import org.jspecify.annotations.Nullable;

/** Follows all operations of a tenant that a filter lets through. */
final class TenantStream extends CursorStream implements Watcher.OfTenant {
  private final OperationStream.Parts parts;
  private final EventFilter filter;

  TenantStream(OperationStream.Parts parts, Follower follower, OperationsLog log, Start start) {
    super(parts.all(), Framing.SSE, follower, log, start);
    this.parts = parts;
    this.filter = log.filter();
  }

  @Override
  void watch() {
    parts.feed().watch(tenant(), this);
  }

  @Override
  void unwatch() {
    parts.feed().unwatch(tenant(), this);
  }

  /** Progress that came while it read is over: there will be more. */
  @Override
  void caughtUp() {}

  // ---- on the feed's thread

  @Override
  public void tell(long offset, Event.@Nullable Numbered event) {
    told(offset, event == null || !filter.matches(event) ? null : () -> frame(offset, event), false);
  }

  private byte[] frame(long offset, Event event) {
    return frame(offset, Framing.nameInAll(event), parts.rendering().json(event));
  }

  @Override
  public void tell(Event.Progressed event) {
    if (!filter.matches(event)) return;
    var unused = toldNow(() -> Framing.SSE.frame("progress", null, parts.rendering().json(event)));
  }
}
