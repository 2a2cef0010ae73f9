package dev.raincheck.operation;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names the types whose handlers keep a virtual thread's carrier busy: they hold up every other virtual
 * thread, requests included, and belong on platform threads.
 */
final class HogDetector {
  /** Found running at this many looks in a row: it computes, it does not wait. */
  private static final int LOOKS = 3;

  private static final Logger LOG = LoggerFactory.getLogger(HogDetector.class);

  /** A virtual thread that runs a handler of a type. */
  record Suspect(String type, Thread thread) {}

  private final Supplier<Stream<Suspect>> suspects;
  private Map<Thread, Integer> seen = new HashMap<>();

  HogDetector(Supplier<Stream<Suspect>> suspects) {
    this.suspects = suspects;
  }

  int look(Instant now) {
    var next = new HashMap<Thread, Integer>();
    suspects
        .get()
        .filter(suspect -> suspect.thread().getState() == Thread.State.RUNNABLE)
        .forEach(
            suspect -> {
              int looks = seen.getOrDefault(suspect.thread(), 0) + 1;
              next.put(suspect.thread(), looks);
              if (looks == LOOKS) {
                LOG.warn(
                    "a handler of type '{}' computes on a virtual thread and holds up others; declare it with"
                        + " threads: platform",
                    suspect.type());
              }
            });
    seen = next;
    return 0;
  }
}
