package dev.raincheck.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Ledger;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** After the store was away, nobody is taken for dead before having had the time to say otherwise. */
final class LeaseTest {
  private final MemoryStore store = new MemoryStore(new ManualClock(AnOperation.EPOCH));
  private final Ledger ledger = new Ledger(store, 1, new Random(1), (_, _) -> 0);
  private long nanos;
  private final Lease lease = new Lease(ledger, 7, () -> nanos);

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private void renew() {
    var answer = lease.renew();
    ledger.runOnce();
    assertThat(answer).isCompleted();
  }

  @Test
  void while_renewals_come_through_others_that_lapse_are_gone() {
    for (int i = 0; i < 10; i++) {
      renew();
      assertThat(lease.othersHadTheirChance()).isTrue();
      pass(Lease.RENEW_EVERY);
    }
  }

  @Test
  void while_our_own_lease_has_lapsed_nobody_is_taken_over() {
    renew();
    pass(Lease.LENGTH.plusMillis(1));

    assertThat(lease.othersHadTheirChance()).isFalse();
  }

  @Test
  void after_an_outage_others_get_the_length_of_a_lease_to_come_back() {
    renew();
    pass(Lease.LENGTH.plusSeconds(30));
    renew();
    assertThat(lease.othersHadTheirChance()).isFalse();

    pass(Lease.RENEW_EVERY);
    renew();
    pass(Lease.RENEW_EVERY);
    renew();
    assertThat(lease.othersHadTheirChance()).isFalse();

    pass(Lease.RENEW_EVERY);
    assertThat(lease.othersHadTheirChance()).isTrue();
  }
}
