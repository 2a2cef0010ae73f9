package dev.raincheck.chaos;

import dev.raincheck.chaos.Check.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs every check and tells what came out. */
final class Judge {
  private static final int SHOWN_MAX = 10;

  private final Map<String, Check> checks = new LinkedHashMap<>();

  private Judge() {}

  /** All of them, where nothing may be lost. */
  static Judge ofAll(Enough enough) {
    return new Judge()
        .with("enough happened", enough)
        .with("accepted is durable, refused is not, one key is one operation", new AcceptedWork())
        .with("legal paths, final ends, versions that never go back", new Lives())
        .with("fenced, bounded and explained attempts", new Attempts())
        .with("dense streams in order, the same at every node", new Streams())
        .with("others go on, and take over in time", new Availability());
  }

  /** One alone, where something has been lost on purpose. */
  static Judge of(String name, Check check) {
    return new Judge().with(name, check);
  }

  private Judge with(String name, Check check) {
    checks.put(name, check);
    return this;
  }

  /** The report; {@code violations} says whether there is anything to complain of. */
  record Report(List<String> lines, int violations) {}

  Report judge(Evidence evidence) {
    var lines = new ArrayList<String>();
    int violations = 0;
    for (var entry : checks.entrySet()) {
      var verdict = new Verdict(entry.getKey());
      entry.getValue().look(evidence, verdict);
      violations += verdict.violations().size();
      lines.add((verdict.violations().isEmpty() ? "  holds   " : "  BROKEN  ") + verdict.name());
      verdict.notes().forEach(note -> lines.add("            " + note));
      verdict.violations().stream().limit(SHOWN_MAX).forEach(one -> lines.add("          ! " + one));
      int more = verdict.violations().size() - SHOWN_MAX;
      if (more > 0) lines.add("          ! and %d more".formatted(more));
    }
    return new Report(lines, violations);
  }
}
