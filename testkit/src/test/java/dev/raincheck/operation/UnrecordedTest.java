package dev.raincheck.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.Faults;
import dev.raincheck.testkit.FaultyStore;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What attempts did while the store had no room. */
class UnrecordedTest {
  private static final int TENANT = 1;
  private static final long OWNER = 7;
  private static final OperationId ID = AnOperation.id(1);

  private final Faults faults = new Faults();
  private final MemoryStore store = new MemoryStore(ManualClock.at("2026-11-24T08:00:00Z"));
  private final Ledger ledger =
      new Ledger(new FaultyStore(store, faults), 1, new SplittableRandom(1), (_, _) -> 0);
  private final Unrecorded unrecorded = new Unrecorded(ledger, (_, _) -> {});

  @BeforeEach
  void an_attempt_is_under_way() {
    var submission = AnOperation.numbered(1).build().submission();
    ledger.hand(new Command.Renew(OWNER, Duration.ofSeconds(15)));
    ledger.hand(new Command.Submit(ID, submission, null, new byte[0]));
    ledger.runOnce();
    ledger.hand(new Command.Claim(submission.queue(), OWNER, 1));
    ledger.runOnce();
    assertThat(operation().state()).isInstanceOf(State.Running.class);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  @Test
  void an_end_is_recorded_once_there_is_room() {
    disk_is_full_for_batches(3);

    unrecorded.hand(new Command.Complete(ID, 1, null));
    ledger.runOnce();
    for (int batch = 2; batch <= 3; batch++) {
      unrecorded.retry();
      ledger.runOnce();
      assertThat(operation().state()).isInstanceOf(State.Running.class);
    }
    unrecorded.retry();
    ledger.runOnce();

    assertThat(operation().state()).isInstanceOf(State.Succeeded.class);
    unrecorded.retry();
    assertThat(ledger.waiting()).isZero();
  }

  @Test
  void output_and_end_are_recorded_once_and_in_their_order() {
    disk_is_full_for_batches(1);

    unrecorded.hand(output(1));
    ledger.runOnce();
    unrecorded.hand(output(2));
    unrecorded.hand(new Command.Complete(ID, 1, null));
    assertThat(ledger.waiting()).isZero();
    unrecorded.retry();
    unrecorded.retry();
    while (ledger.runOnce() > 0) {}

    assertThat(operation().state()).isInstanceOf(State.Succeeded.class);
    List<Row.Chunk> chunks = store.read(reader -> reader.chunks(ID, 0, 10));
    assertThat(chunks)
        .extracting(chunk -> chunk.body()[0])
        .containsExactly((byte) 1, (byte) 2);
  }

  @Test
  void what_has_become_stale_is_not_kept() {
    disk_is_full_for_batches(1);
    unrecorded.hand(new Command.Complete(ID, 1, null));
    ledger.runOnce();
    var lost = ledger.hand(new Command.Release(ID, 1, Duration.ZERO));
    ledger.runOnce();
    assertThat(lost).isCompletedWithValueMatching(Outcome.Moved.class::isInstance);

    unrecorded.retry();
    ledger.runOnce();

    assertThat(operation().state()).isInstanceOf(State.Queued.class);
    unrecorded.retry();
    assertThat(ledger.waiting()).isZero();
  }

  /** A batch without new work is tried twice. */
  private void disk_is_full_for_batches(int count) {
    for (int n = 1; n <= 2 * count; n++) faults.atCommit(faults.commits() + n, Faults.Fault.FULL);
  }

  private static Command.OfAttempt output(int content) {
    return new Command.Append(
        ID, 1, Row.Chunk.Kind.OUTPUT, "application/octet-stream", new byte[] {(byte) content});
  }

  private Operation operation() {
    var found = store.read(reader -> reader.operation(TENANT, ID));
    return ((Reader.Found.Here) found).operation();
  }
}
