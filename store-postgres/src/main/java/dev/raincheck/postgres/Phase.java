package dev.raincheck.postgres;

import dev.raincheck.ledger.State;
import java.util.ArrayList;
import java.util.List;

/** The numbers of the state column, as the schema lists them. */
final class Phase {
  static final int SCHEDULED = 1;
  static final int BLOCKED = 2;
  static final int READY = 3;
  static final int RUNNING = 4;
  static final int WAITING = 5;
  static final int CANCELING = 6;
  static final int SUCCEEDED = 7;
  static final int FAILED = 8;
  static final int CANCELED = 9;

  private static final List<String> WORDS =
      List.of(
          "",
          "scheduled",
          "queued",
          "queued",
          "running",
          "waiting",
          "canceling",
          "succeeded",
          "failed",
          "canceled");

  private Phase() {}

  static int of(State state) {
    return switch (state) {
      case State.Scheduled _ -> SCHEDULED;
      case State.Blocked _ -> BLOCKED;
      case State.Queued _ -> READY;
      case State.Running _ -> RUNNING;
      case State.Waiting _ -> WAITING;
      case State.Canceling _ -> CANCELING;
      case State.Succeeded _ -> SUCCEEDED;
      case State.Failed _ -> FAILED;
      case State.Canceled _ -> CANCELED;
    };
  }

  /** The public word of a number. */
  static String word(int phase) {
    return WORDS.get(phase);
  }

  /** The numbers of a public word; none for a word that is no status. */
  static List<Integer> of(String word) {
    var phases = new ArrayList<Integer>();
    for (int phase = SCHEDULED; phase < WORDS.size(); phase++) {
      if (WORDS.get(phase).equals(word)) phases.add(phase);
    }
    return phases;
  }
}
