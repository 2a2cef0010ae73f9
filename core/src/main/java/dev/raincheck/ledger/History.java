package dev.raincheck.ledger;

import java.util.ArrayList;
import java.util.List;

/** An operation's past transitions, bounded: those of the first 3 and of the last 20 attempts. */
final class History {
  /** An attempt leaves at most three: it was queued, ran, and was put off. */
  private static final int MOMENTS_PER_ATTEMPT = 3;

  private static final int FIRST_KEPT = 3 * MOMENTS_PER_ATTEMPT;
  private static final int LAST_KEPT = 20 * MOMENTS_PER_ATTEMPT;

  private History() {}

  static List<Moment> append(List<Moment> history, Moment moment) {
    var longer = new ArrayList<Moment>(history.size() + 1);
    longer.addAll(history);
    longer.add(moment);
    if (longer.size() > FIRST_KEPT + LAST_KEPT) longer.remove(FIRST_KEPT);
    return longer;
  }
}
