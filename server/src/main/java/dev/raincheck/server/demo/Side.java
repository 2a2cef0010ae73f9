package dev.raincheck.server.demo;

import java.time.Duration;
import java.util.List;

/**
 * What many callers at the same moment met.
 *
 * @param calls how many there were
 * @param done whose work was done
 * @param refused who were told 503 or 429
 * @param lost who got no answer, or another
 * @param answers how long those waited whose work was done or promised, ascending
 * @param waiting how many callers were still blocked a second after the start
 * @param blocked how long all callers together were blocked, those refused too
 * @param allDone when the last work was done, from the start
 */
record Side(
    int calls,
    int done,
    int refused,
    int lost,
    List<Duration> answers,
    int waiting,
    Duration blocked,
    Duration allDone) {
  Side {
    answers = List.copyOf(answers);
  }

  /**
   * The shortest time that this percentage of the answers did not exceed; zero if there were none.
   */
  Duration answered(int percent) {
    if (answers.isEmpty()) return Duration.ZERO;
    return answers.get(Math.max(0, Math.ceilDiv(answers.size() * percent, 100) - 1));
  }
}
