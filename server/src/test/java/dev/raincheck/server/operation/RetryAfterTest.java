package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Progress;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final Instant T0 = Instant.parse("2026-11-24T21:12:53Z");

  @Test
  void grows_with_the_operations_age() {
    var young = operation(null, null);

    assertThat(seconds(young, 0)).isEqualTo(1);
    assertThat(seconds(young, 9)).isEqualTo(1);
    assertThat(seconds(young, 10)).isEqualTo(2);
    assertThat(seconds(young, 59)).isEqualTo(2);
    assertThat(seconds(young, 60)).isEqualTo(5);
    assertThat(seconds(young, 599)).isEqualTo(5);
    assertThat(seconds(young, 600)).isEqualTo(15);
    assertThat(seconds(young, 100_000)).isEqualTo(15);
  }

  @Test
  void is_a_quarter_of_what_is_left_before_a_start_or_an_estimated_end() {
    assertThat(seconds(operation(T0.plusSeconds(40), null), 0)).isEqualTo(10);
    assertThat(seconds(operation(T0.plusSeconds(40), null), 20)).isEqualTo(5);
    assertThat(seconds(operation(T0.plusSeconds(100_000), null), 0)).isEqualTo(60);
    assertThat(seconds(operation(null, T0.plusSeconds(80)), 0)).isEqualTo(20);
    assertThat(seconds(operation(null, T0.plusMillis(100)), 0)).isEqualTo(1);
  }

  @Test
  void goes_by_age_again_when_the_estimate_has_passed() {
    assertThat(seconds(operation(null, T0.plusSeconds(80)), 90)).isEqualTo(5);
  }

  @Test
  void widens_and_jitters_but_never_beyond_a_minute() {
    var operation = operation(null, null);
    var now = T0.plusSeconds(600);

    assertThat(RetryAfter.seconds(operation, now, 1, 0.999)).isEqualTo(18);
    assertThat(RetryAfter.seconds(operation, now, 3, 0)).isEqualTo(45);
    assertThat(RetryAfter.seconds(operation, now, 10, 0)).isEqualTo(60);
  }

  @Test
  void a_tenant_that_polls_much_is_sent_away_for_longer_and_alone() {
    var clock = new ManualClock(T0);
    var load = new PollLoad(clock);

    assertThat(load.factor(1)).isEqualTo(1);
    for (int i = 0; i < 3 * PollLoad.POLLS_PER_SECOND; i++) load.factor(1);
    assertThat(load.factor(1)).isGreaterThan(2.9);
    assertThat(load.factor(2)).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(load.factor(1)).as("remembers the second before").isGreaterThan(2.9);
    clock.advance(Duration.ofSeconds(2));
    assertThat(load.factor(1)).isEqualTo(1);
  }

  private static int seconds(Operation operation, long age) {
    return RetryAfter.seconds(operation, T0.plusSeconds(age), 1, 0);
  }

  private static Operation operation(@Nullable Instant runAt, @Nullable Instant eta) {
    var clock = new ManualClock(T0);
    try (var raincheck =
        Raincheck.on(new MemoryStore(clock))
            .type(OperationType.of("report", (_, _) -> Result.none()))
            .clock(clock)
            .start()) {
      var what =
          new NewOperation(
              1, "report", null, runAt, null, null, Map.of(), List.of(), null, null,
              null, new byte[0], null, null);
      var submitted = (Submitted.Accepted) raincheck.operations().submit(what).join();
      return with(submitted.operation(), eta);
    }
  }

  private static Operation with(Operation o, @Nullable Instant eta) {
    var progress = new Progress(null, null, null, null, null, eta);
    return new Operation(
        o.id(), o.submission(), o.createdAt(), o.deadlineAt(), o.moment(), o.history(), o.version(),
        o.revision(), o.updatedAt(), o.rank(), progress, o.retriedAs(), o.resultGone());
  }
}
