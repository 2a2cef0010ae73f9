package dev.raincheck.server.event;

import dev.raincheck.event.Feed;
import dev.raincheck.event.Watcher;
import dev.raincheck.ledger.Fact;

/** Follows the published events of a topic that a filter lets through. */
final class TopicStream extends CursorStream implements Watcher.OfTopic {
  private final Feed feed;
  private final TopicLog log;

  TopicStream(OperationStream.Parts parts, Framing framing, Follower follower, TopicLog log, Start start) {
    super(parts.all(), framing, follower, log, start);
    this.feed = parts.feed();
    this.log = log;
  }

  @Override
  void watch() {
    feed.watch(tenant(), log.filter().topic(), this);
  }

  @Override
  void unwatch() {
    feed.unwatch(tenant(), log.filter().topic(), this);
  }

  @Override
  void caughtUp() {}

  @Override
  public void tell(long offset, Fact fact) {
    boolean wanted = log.filter().matches(fact);
    told(offset, wanted ? () -> frame(offset, TopicLog.NAME, log.json(offset, fact)) : null, false);
  }
}
