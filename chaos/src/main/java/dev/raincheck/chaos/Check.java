package dev.raincheck.chaos;

import java.util.ArrayList;
import java.util.List;

/** Something that must hold of every history; looks at each thing that was seen a fixed number of times. */
interface Check {
  /** Tells each violation, in words that name who is concerned. */
  void look(Evidence evidence, Verdict verdict);

  /** What a check has found. */
  final class Verdict {
    private final String name;
    private final List<String> violations = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Verdict(String name) {
      this.name = name;
    }

    String name() {
      return name;
    }

    void require(boolean kept, String otherwise, Object... values) {
      if (!kept) violations.add(otherwise.formatted(values));
    }

    /** A figure for the report. */
    void note(String text, Object... values) {
      notes.add(text.formatted(values));
    }

    List<String> violations() {
      return violations;
    }

    List<String> notes() {
      return notes;
    }
  }
}
