package dev.raincheck.server.event;

import java.time.Instant;
import java.util.OptionalLong;

/** What a tenant's operations tell, as far as a filter lets it through. */
record OperationsLog(OperationStream.Parts parts, EventCursors cursors, int tenant, EventFilter filter)
    implements CursorLog {

  @Override
  public Part read(long after, int atMost) {
    var page = parts.archive().log(tenant, after, atMost);
    var items =
        page.told().stream()
            .map(
                told -> {
                  var event = told.event();
                  return event == null || !filter.matches(event)
                      ? new Item(told.offset(), "", null)
                      : new Item(told.offset(), Framing.nameInAll(event), () -> parts.documents().of(event));
                })
            .toList();
    return new Part(items, page.oldest(), page.end());
  }

  @Override
  public long end() {
    return parts.archive().end(tenant);
  }

  @Override
  public String cursor(long offset) {
    return cursors.write(tenant, filter.meaning(), offset);
  }

  @Override
  public OptionalLong offset(String cursor) {
    return cursors.read(tenant, filter.meaning(), cursor);
  }

  @Override
  public byte[] start(long offset, Instant now, boolean resync) {
    return EventDocument.start(tenant, offset, now, resync);
  }

  @Override
  public Poll poll(long after) {
    var next = new NextEvent.OfTenant(filter, after);
    return new Poll(next, () -> parts.feed().watch(tenant, next), () -> parts.feed().unwatch(tenant, next));
  }
}
