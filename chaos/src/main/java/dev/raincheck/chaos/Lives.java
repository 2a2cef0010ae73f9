package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * States follow the published path, final ones never change, versions never go back for who reads one after
 * the other, at whatever nodes: I8 and I9.
 */
final class Lives implements Check {
  private static final Map<String, Set<String>> NEXT =
      Map.of(
          "", Set.of("scheduled", "queued", "running"),
          "scheduled", Set.of("queued", "running", "canceled", "failed"),
          "queued", Set.of("running", "canceled", "failed"),
          "running", Set.of("queued", "scheduled", "canceling", "succeeded", "failed"),
          "canceling", Set.of("canceled", "succeeded", "failed"),
          "succeeded", Set.of(),
          "failed", Set.of(),
          "canceled", Set.of());

  @Override
  public void look(Evidence evidence, Verdict verdict) {
    var reads = new HashMap<String, List<Seen.Read>>();
    for (var read : evidence.history().of(Seen.Read.class)) add(reads, read);
    for (var submit : evidence.history().of(Seen.Submit.class)) {
      if (submit.answer() instanceof Answer.Accepted(Document document)) {
        add(reads, new Seen.Read(submit.began(), submit.ended(), submit.node(), document));
      }
    }
    // The last look comes after everything else.
    for (var end : evidence.ends().values()) {
      add(reads, new Seen.Read(Long.MAX_VALUE, Long.MAX_VALUE, -1, end));
      var listed = evidence.operations().getOrDefault(end.id(), List.of());
      verdict.require(
          listed.equals(List.of(end.withoutResult())), "listed as %s, and its last event is %s", listed, end);
    }
    reads.values().forEach(ofOne -> inOrder(ofOne, verdict));
    paths(evidence, verdict);
    verdict.note("%,d reads", reads.values().stream().mapToInt(List::size).sum());
  }

  private static void add(Map<String, List<Seen.Read>> reads, Seen.Read read) {
    reads.computeIfAbsent(read.document().id(), _ -> new ArrayList<>()).add(read);
  }

  /** Compares each read with the newest of those that had ended when it began. */
  private static void inOrder(List<Seen.Read> reads, Verdict verdict) {
    reads.sort(Comparator.comparingLong(Seen.Read::began));
    var under = new PriorityQueue<>(Comparator.comparingLong(Seen.Read::ended));
    Seen.Read newest = null;
    for (var read : reads) {
      while (!under.isEmpty() && under.peek().ended() < read.began()) {
        var ended = under.remove();
        if (newest == null || ended.document().version() > newest.document().version()) newest = ended;
      }
      under.add(read);
      if (newest == null) continue;
      verdict.require(
          read.document().version() >= newest.document().version(), "it goes back: %s, then %s", newest, read);
      verdict.require(
          !newest.document().done() || newest.document().equals(read.document()), "an end changed: %s, then %s", newest, read);
    }
  }

  private static void paths(Evidence evidence, Verdict verdict) {
    var last = new HashMap<String, String>();
    for (var event : evidence.logs().getFirst()) {
      var document = event.document();
      var before = last.put(document.id(), document.status());
      verdict.require(
          NEXT.getOrDefault(before == null ? "" : before, Set.of()).contains(document.status()),
          "no path leads from %s to %s: %s", before, document.status(), event);
    }
  }
}
