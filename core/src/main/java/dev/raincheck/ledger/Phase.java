package dev.raincheck.ledger;

import java.util.ArrayList;
import java.util.List;

/** The numbers of states in stores with columns: their schemas list them, and none may ever change. */
public final class Phase {
  /** Unreadable by this version: no claim, chore or list sees it. */
  public static final int ASIDE = 0;

  public static final int SCHEDULED = 1;
  public static final int BLOCKED = 2;
  public static final int READY = 3;
  public static final int RUNNING = 4;
  public static final int WAITING = 5;
  public static final int CANCELING = 6;
  public static final int SUCCEEDED = 7;
  public static final int FAILED = 8;
  public static final int CANCELED = 9;

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

  public static int of(State state) {
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
  public static String word(int phase) {
    return WORDS.get(phase);
  }

  /** The numbers of a public word; none for a word that is no status. */
  public static List<Integer> of(String word) {
    var phases = new ArrayList<Integer>();
    for (int phase = SCHEDULED; phase < WORDS.size(); phase++) {
      if (WORDS.get(phase).equals(word)) phases.add(phase);
    }
    return phases;
  }
}
