package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Reader.Found;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.Faults.Fault;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FaultyStoreTest {
  private final Faults faults = new Faults();
  private final MemoryStore memory = new MemoryStore(ManualClock.at("2026-11-24T08:00:00Z"));
  private final FaultyStore store = new FaultyStore(memory, faults);
  private long batches;

  @Test
  void without_faults_it_is_the_store_itself() {
    assertThat(save(1)).isInstanceOf(Committed.Yes.class);

    assertThat(stands(1)).isTrue();
    assertThat(faults.struck()).isFalse();
    assertThat(faults.calls()).isEqualTo(2);
    assertThat(faults.commits()).isEqualTo(1);
  }

  @Test
  void a_commit_may_have_to_be_tried_again() {
    faults.atCommit(1, Fault.AGAIN);

    assertThat(save(1)).isInstanceOf(Committed.Again.class);
    assertThat(stands(1)).isFalse();
    assertThat(save(1)).isInstanceOf(Committed.Yes.class);
  }

  @Test
  void an_unsure_commit_is_lost_or_kept() {
    faults.atCommit(1, Fault.UNSURE_LOST).atCommit(2, Fault.UNSURE_KEPT);

    assertThat(save(1)).isInstanceOf(Committed.Unsure.class);
    assertThat(store.committed(1, batches)).isFalse();
    assertThat(save(2)).isInstanceOf(Committed.Unsure.class);
    assertThat(store.committed(1, batches)).isTrue();
    assertThat(stands(1)).isFalse();
    assertThat(stands(2)).isTrue();
  }

  @Test
  void a_poisonous_operation_is_refused_each_time_and_others_are_not() {
    faults.poison(id(1));

    assertThat(save(1)).isInstanceOf(Committed.Poison.class);
    assertThat(save(1)).isInstanceOf(Committed.Poison.class);
    assertThat(save(2)).isInstanceOf(Committed.Yes.class);
  }

  @Test
  void a_dead_process_does_nothing_more() {
    faults.atCommit(1, Fault.CRASH);

    assertThatThrownBy(() -> save(1)).isInstanceOf(Crash.class);
    assertThatThrownBy(() -> save(2)).isInstanceOf(Crash.class);
    assertThat(stands(1)).isFalse();

    faults.heal();
    assertThat(save(3)).isInstanceOf(Committed.Yes.class);
  }

  @Test
  void a_process_may_die_after_its_commit() {
    faults.atCommit(1, Fault.CRASH_AFTER);

    assertThatThrownBy(() -> save(1)).isInstanceOf(Crash.class);
    assertThat(stands(1)).isTrue();
  }

  @Test
  void every_call_can_fail_in_turn() {
    for (int n = 1; n <= 2; n++) {
      faults.atCall(n, Fault.FAIL);
    }

    assertThatThrownBy(() -> save(1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("before begin");
    assertThatThrownBy(() -> save(1))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("before begin");
    assertThat(save(1)).isInstanceOf(Committed.Yes.class);
  }

  private Committed save(int n) {
    try (var tx = store.begin()) {
      return tx.commit(
          new Batch(
              1, ++batches, List.of(numbered(n).build()), Set.of(id(n)), List.of(), List.of()));
    }
  }

  private boolean stands(int n) {
    return memory.<Found>read(reader -> reader.operation(1, id(n))) instanceof Found.Here;
  }
}
