package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Each dispatch has an epoch of its own, the result that was recorded is that of the last one, attempts are
 * bounded, and only a fault that may cost one does: I10 and I13.
 */
final class Attempts implements Check {
  /** What the configuration allows. */
  private static final int MAX = 30;

  private static final int MAX_OF_DOOMED = 3;

  @Override
  public void look(Evidence evidence, Verdict verdict) {
    Map<String, List<Seen.Run>> runs =
        evidence.history().of(Seen.Run.class).stream().collect(Collectors.groupingBy(Seen.Run::id));
    int stale = 0;
    for (var end : evidence.ends().values()) {
      var ofOne = runs.getOrDefault(end.id(), List.of());
      verdict.require(!end.status().equals("succeeded") || !ofOne.isEmpty(), "a result of no attempt: %s", end);
      stale += ofOne(ofOne, end, verdict);
    }
    explained(evidence, verdict);
    verdict.note("%,d executions, %,d of attempts that had lost their lease", runs.values().stream().mapToInt(List::size).sum(), stale);
  }

  /** How many of an operation's executions ended well and for nothing. */
  private static int ofOne(List<Seen.Run> runs, Document document, Verdict verdict) {
    var epochs = new HashSet<Long>();
    long last = 0;
    int stale = 0;
    for (var run : runs) {
      verdict.require(epochs.add(run.epoch()), "epoch twice: %s", run);
      verdict.require(run.attempt() <= max(document), "too many attempts: %s", run);
      last = Math.max(last, run.epoch());
    }
    for (var run : runs) if (run.ok() && run.epoch() < last) stale++;
    if (document.status().equals("succeeded")) {
      verdict.require(document.result() == last, "the result of an attempt that had lost its lease: %s, last epoch %d", document, last);
    }
    verdict.require(document.attempt() <= max(document), "too many attempts: %s", document);
    verdict.require(!document.type().equals(Work.ONCE) || runs.size() <= 1, "more than once: %s", runs);
    return stale;
  }

  private static int max(Document document) {
    return switch (document.type()) {
      case Work.DOOMED -> MAX_OF_DOOMED;
      case Work.ONCE -> 1;
      default -> MAX;
    };
  }

  /** Whose life no hard fault has touched, nothing has cost it an attempt but its own failures. */
  private static void explained(Evidence evidence, Verdict verdict) {
    var asked = new HashMap<String, Seen.Submit>();
    for (var submit : evidence.history().of(Seen.Submit.class)) {
      if (!(submit.answer() instanceof Answer.Refused)) asked.putIfAbsent(submit.name(), submit);
    }
    var ended = new HashMap<String, Long>();
    for (var run : evidence.history().of(Seen.Run.class)) ended.merge(run.name(), run.ended(), Math::max);
    var hard = evidence.history().of(Seen.Fault.class).stream().filter(Seen.Fault::hard).toList();
    int untouched = 0;
    var charged = new ArrayList<Document>();
    for (var documents : evidence.operations().values()) {
      var document = documents.getFirst();
      var submit = asked.get(document.name());
      var end = ended.get(document.name());
      if (submit == null || end == null) continue;
      if (hard.stream().anyMatch(fault -> fault.began() < end && submit.began() < fault.ended())) continue;
      untouched++;
      if (document.attempt() > 1 + submit.work().fails()) charged.add(document);
    }
    charged.forEach(one -> verdict.require(false, "an attempt was charged for no fault: %s", one));
    verdict.note("%,d operations met no kill and no pause", untouched);
  }
}
