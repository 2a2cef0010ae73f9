package dev.raincheck.server.event;

import dev.raincheck.ledger.Fact;
import java.time.Instant;
import java.util.OptionalLong;

/** The published events of a tenant's topic, as far as a filter lets them through. */
record TopicLog(OperationStream.Parts parts, EventCursors cursors, int tenant, TopicFilter filter) implements CursorLog {
  /** The name of a published event in a stream. */
  static final String NAME = "event";

  @Override
  public Part read(long after, int atMost) {
    var page = parts.topics().after(tenant, filter.topic(), after, atMost);
    var items = page.told().stream().map(told -> item(told.offset(), told.fact())).toList();
    return new Part(items, page.oldest(), page.end());
  }

  private Item item(long offset, Fact fact) {
    return filter.matches(fact) ? new Item(offset, NAME, () -> json(offset, fact)) : new Item(offset, NAME, null);
  }

  byte[] json(long offset, Fact fact) {
    return FactDocument.of(fact, offset, cursor(offset));
  }

  @Override
  public long end() {
    return parts.topics().end(tenant, filter.topic());
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
    return FactDocument.start(tenant, filter.topic(), offset, cursor(offset), now, resync);
  }

  @Override
  public Poll poll(long after) {
    var next = new NextEvent.OfTopic(filter, after);
    return new Poll(
        next,
        () -> parts.feed().watch(tenant, filter.topic(), next),
        () -> parts.feed().unwatch(tenant, filter.topic(), next));
  }
}
