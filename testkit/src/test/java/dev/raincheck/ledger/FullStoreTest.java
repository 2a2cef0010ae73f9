package dev.raincheck.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.testkit.Faults;
import dev.raincheck.testkit.Faults.Fault;
import dev.raincheck.testkit.FaultyStore;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store without room: what is not new work has a second try, in what the store keeps back. */
class FullStoreTest {
  private static final Command NO_NEW_WORK = new Command.Renew(7, Duration.ofSeconds(15));

  private final Faults faults = new Faults();
  private final Ledger ledger =
      new Ledger(
          new FaultyStore(new MemoryStore(ManualClock.at("2026-11-24T08:00:00Z")), faults),
          1,
          new SplittableRandom(1),
          (_, _) -> 0);

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void what_is_not_new_work_is_tried_again() {
    faults.atCommit(1, Fault.FULL);

    var answer = ledger.hand(NO_NEW_WORK);
    ledger.runOnce();

    assertThat(answer).isCompleted();
  }

  @Test
  void without_any_room_it_fails_and_the_store_is_still_trusted() {
    faults.atCommit(1, Fault.FULL).atCommit(2, Fault.FULL);

    var answer = ledger.hand(NO_NEW_WORK);
    ledger.runOnce();

    assertThat(answer).isCompletedExceptionally();
    assertThat(ledger.healthy()).isTrue();
    assertThat(faults.commits()).isEqualTo(2);
  }
}
