package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.util.Map;
import java.util.TreeMap;

/** Enough happened for the other checks to mean something; else the run has shown nothing and fails. */
record Enough(int accepted, int unknown, int refused, int faults) implements Check {
  @Override
  public void look(Evidence evidence, Verdict verdict) {
    int ok = 0;
    int nobodyKnows = 0;
    int no = 0;
    for (var submit : evidence.history().of(Seen.Submit.class)) {
      switch (submit.answer()) {
        case Answer.Accepted _ -> ok++;
        case Answer.Unknown _ -> nobodyKnows++;
        case Answer.Refused _ -> no++;
      }
    }
    Map<String, Integer> kinds = new TreeMap<>();
    for (var fault : evidence.history().of(Seen.Fault.class)) kinds.merge(fault.kind(), 1, Integer::sum);
    verdict.require(ok >= accepted, "vacuous: only %d submits were accepted", ok);
    verdict.require(nobodyKnows >= unknown, "vacuous: only %d submits had no answer", nobodyKnows);
    verdict.require(no >= refused, "vacuous: only %d submits were refused", no);
    verdict.require(kinds.size() >= faults, "vacuous: only these faults: %s", kinds);
    verdict.note("%,d submits accepted, %,d refused, %,d without an answer; faults: %s", ok, no, nobodyKnows, kinds);
    Map<String, Integer> ends = new TreeMap<>();
    for (var documents : evidence.operations().values()) ends.merge(documents.getFirst().status(), 1, Integer::sum);
    verdict.note("operations: %s", ends);
  }
}
