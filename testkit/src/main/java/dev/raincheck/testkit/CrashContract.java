package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.Faults.Fault;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/**
 * A story of submits, attempts, a retry, a cancel and a deletion is cut at every point, and goes on
 * well.
 */
public abstract class CrashContract {
  /** How often a story may be cut before we believe that it never ends. */
  private static final int CUTS_MAX = 500;

  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);

  /** As in {@link StoreContract}: empty at first, later what was committed. */
  protected abstract Store open(InstantSource clock);

  private interface Cut {
    Faults at(int n);
  }

  @Test
  void a_crash_before_any_commit_loses_nothing_that_was_answered() {
    assertThat(cutEverywhere(n -> new Faults().atCommit(n, Fault.CRASH))).isGreaterThan(10);
  }

  @Test
  void a_crash_after_any_commit_leaves_it_standing_though_nobody_was_told() {
    assertThat(cutEverywhere(n -> new Faults().atCommit(n, Fault.CRASH_AFTER))).isGreaterThan(10);
  }

  @Test
  void a_store_that_fails_at_any_call_stops_the_ledger_and_loses_nothing_that_was_answered() {
    assertThat(cutEverywhere(n -> new Faults().atCall(n, Fault.FAIL))).isGreaterThan(50);
  }

  /** Tells the story with one cut after the other; says how many there were. */
  private int cutEverywhere(Cut cut) {
    for (int n = 1; n < CUTS_MAX; n++) {
      var faults = cut.at(n);
      try (var engine = new EngineRun(this::open, clock, faults, n, n * 10L)) {
        var story = new Story(engine, clock, n);
        boolean ended = story.tell();
        assertThat(ended).as("cut %d", n).isEqualTo(!faults.struck());
        if (ended) {
          story.checkTheEnd();
          return n - 1;
        }
        story.checkNothingMoreIsAccepted();
        faults.heal();
        engine.restart();
        story.checkNothingIsLost();
        story.goOn();
        story.checkTheEnd();
      }
    }
    throw new AssertionError("a story that never ends");
  }
}
