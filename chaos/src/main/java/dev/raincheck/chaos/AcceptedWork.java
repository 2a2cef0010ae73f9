package dev.raincheck.chaos;

import dev.raincheck.chaos.Seen.Answer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Accepted means durable, refused means that nothing was created, one key is one operation, and what every
 * node lists adds up: I1 to I4 and I16 of the promises.
 */
final class AcceptedWork implements Check {
  @Override
  public void look(Evidence evidence, Verdict verdict) {
    var accepted = new HashMap<String, String>();
    var possible = new HashSet<String>();
    for (var submit : evidence.history().of(Seen.Submit.class)) {
      switch (submit.answer()) {
        case Answer.Accepted(Document document) -> {
          possible.add(submit.name());
          var first = accepted.putIfAbsent(submit.name(), document.id());
          verdict.require(
              first == null || first.equals(document.id()),
              "one key, two operations: %s is %s and %s", submit.name(), first, document.id());
          verdict.require(
              document.name().equals(submit.name()), "%s was answered with %s", submit.name(), document);
        }
        case Answer.Unknown _ -> possible.add(submit.name());
        case Answer.Refused _ -> {}
      }
    }
    for (var missing : evidence.history().of(Seen.Missing.class)) {
      verdict.require(false, "lost: node %d told %d of %s", missing.node(), missing.status(), missing.id());
    }
    for (var list : evidence.lists()) lists(list, accepted, possible, verdict);
    var first = evidence.operations();
    for (var other : evidence.lists()) verdict.require(other.equals(first), "nodes list different operations");
    for (var run : evidence.history().of(Seen.Run.class)) {
      verdict.require(possible.contains(run.name()), "phantom: %s ran", run);
      var same = first.get(run.id());
      verdict.require(
          same != null && same.getFirst().name().equals(run.name()), "%s ran for an operation that is none", run);
    }
    verdict.note("%,d keys accepted, %,d operations", accepted.size(), first.size());
  }

  private static void lists(
      Map<String, java.util.List<Document>> list, Map<String, String> accepted, Set<String> possible, Verdict verdict) {
    accepted.forEach(
        (name, id) -> verdict.require(list.containsKey(id), "lost: %s was accepted as %s", name, id));
    var names = new HashSet<String>();
    list.forEach(
        (id, documents) -> {
          var document = documents.getFirst();
          verdict.require(documents.size() == 1, "%s is listed %d times", id, documents.size());
          verdict.require(names.add(document.name()), "two operations have the key %s", document.name());
          verdict.require(possible.contains(document.name()), "phantom: nobody may have made %s", document);
          verdict.require(document.done(), "not done: %s", document);
        });
  }
}
