package dev.raincheck.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Who follows the stream misses nothing and is told nothing twice, whatever breaks; every offset is one event,
 * at every node; each operation's events are in order, one for each of its versions: I19 to I21 and I23.
 */
final class Streams implements Check {
  @Override
  public void look(Evidence evidence, Verdict verdict) {
    evidence.gaps().forEach(gap -> verdict.require(false, "the log has a gap: %s", gap));
    var log = evidence.logs().getFirst();
    for (var other : evidence.logs()) {
      verdict.require(other.equals(log), "nodes tell different streams: %d and %d events", log.size(), other.size());
    }
    histories(log, evidence.operations(), verdict);
    Map<Integer, List<Seen.Told>> followers =
        evidence.history().of(Seen.Told.class).stream().collect(Collectors.groupingBy(Seen.Told::follower));
    verdict.require(!followers.isEmpty(), "nobody followed");
    followers.forEach((number, told) -> follower(number, told, log, verdict));
    verdict.note("%,d events, told to %d followers and by %d nodes", log.size(), followers.size(), evidence.logs().size());
  }

  private static void histories(List<Event> log, Map<String, List<Document>> operations, Verdict verdict) {
    var last = new HashMap<String, Integer>();
    for (var event : log) {
      int before = last.getOrDefault(event.document().id(), 0);
      verdict.require(event.seq() == before + 1, "out of order after %d: %s", before, event);
      verdict.require(event.document().version() == event.seq(), "not its own document: %s", event);
      last.put(event.document().id(), event.seq());
    }
    operations.forEach(
        (id, documents) ->
            verdict.require(
                last.getOrDefault(id, 0) == documents.getFirst().version(),
                "%s has version %d, and its last event is %s", id, documents.getFirst().version(), last.getOrDefault(id, 0)));
    verdict.require(last.size() == operations.size(), "events of %d operations, and there are %d", last.size(), operations.size());
  }

  private static void follower(int number, List<Seen.Told> told, List<Event> log, Verdict verdict) {
    long offset = 0;
    for (var one : told) {
      verdict.require(one.event().offset() == offset + 1, "follower %d: %d, then %s", number, offset, one);
      offset = one.event().offset();
    }
    var events = told.stream().map(one -> one.event().withoutOffset()).toList();
    verdict.require(events.equals(log), "follower %d was told %d events, and there are %d", number, events.size(), log.size());
  }
}
