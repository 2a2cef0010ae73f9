package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A dead node's work starts elsewhere within 20 s, and a node that stands still, in the middle of its commit
 * even, stops no other for longer than the documented time.
 */
final class Availability implements Check {
  /** A fault that ends when nodes have had their time to find the new primary. */
  static final String FAIL_OVER = "FAIL_OVER";

  private static final long TAKEN_OVER_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  /** The server ends a session that stands still in a batch after 10 s; who waits for its locks asks for 5 s at a time. */
  private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(15);

  private static final long FAIL_OVER_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  @Override
  public void look(Evidence evidence, Verdict verdict) {
    var faults = evidence.history().of(Seen.Fault.class);
    var runs = evidence.history().of(Seen.Run.class);
    var ofDatabase = faults.stream().filter(fault -> fault.node() < 0 && !fault.kind().equals(FAIL_OVER)).toList();
    var silences = new TreeMap<String, Double>();
    for (var fault : faults) {
      if (fault.kind().equals(Fault.KILL.name())) takenOver(fault, runs, ofDatabase, verdict);
      if (overlap(fault.began(), fault.ended(), ofDatabase)) continue;
      long longest = silence(fault, evidence.history());
      long max = fault.kind().equals(FAIL_OVER) ? FAIL_OVER_NANOS_MAX : SILENCE_NANOS_MAX;
      verdict.require(longest < max, "nobody else accepted anything for %.1f s: %s", longest / 1e9, fault);
      silences.merge(fault.kind(), longest / 1e9, Math::max);
    }
    silences.forEach((kind, seconds) -> verdict.note("%s: others accepted nothing for %.1f s at most", kind, seconds));
  }

  private static boolean overlap(long began, long ended, List<Seen.Fault> faults) {
    return faults.stream().anyMatch(fault -> fault.began() < ended && began < fault.ended());
  }

  /** Leaves out what ended in time or was asked of a database that was away, which gives everybody a new lease. */
  private static void takenOver(Seen.Fault kill, List<Seen.Run> runs, List<Seen.Fault> ofDatabase, Verdict verdict) {
    long lease = TAKEN_OVER_NANOS_MAX;
    if (overlap(kill.began() - lease, kill.began() + lease, ofDatabase)) return;
    var took = new ArrayList<Long>();
    for (var run : runs) {
      boolean cut = run.node() == kill.node() && run.began() < kill.began() && run.ended() > kill.began();
      if (cut) next(run, runs).ifPresent(next -> took.add(next - kill.began()));
    }
    took.forEach(nanos -> verdict.require(nanos < TAKEN_OVER_NANOS_MAX, "started elsewhere after %.1f s: node %d", nanos / 1e9, kill.node()));
    took.stream().max(Long::compare).ifPresent(longest -> verdict.note("node %d killed: %d attempts started elsewhere, the last after %.1f s", kill.node(), took.size(), longest / 1e9));
  }

  private static OptionalLong next(Seen.Run lost, List<Seen.Run> runs) {
    return runs.stream()
        .filter(run -> run.id().equals(lost.id()) && run.epoch() > lost.epoch())
        .mapToLong(Seen.Run::began)
        .min();
  }

  /** The longest time during a fault in which no other node accepted anything. */
  private static long silence(Seen.Fault fault, History history) {
    var accepted =
        history.of(Seen.Submit.class).stream()
            .filter(submit -> submit.node() != fault.node() && submit.answer() instanceof Answer.Accepted)
            .mapToLong(Seen.Submit::ended)
            .filter(ended -> ended > fault.began() && ended < fault.ended())
            .sorted()
            .toArray();
    long last = fault.began();
    long longest = 0;
    for (long ended : accepted) {
      longest = Math.max(longest, ended - last);
      last = ended;
    }
    return Math.max(longest, fault.ended() - last);
  }
}
