package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader.Depth;
import dev.raincheck.ledger.Reader.Orphan;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every store promises to chores: what is due, orphaned, stale, and how much waits and runs.
 */
public abstract class ChoreContract extends StoreFixture {
  @Test
  void due_operations_and_tombstones_come_earliest_first() {
    save(
        numbered(1).scheduled(T0.plusSeconds(30)).build(),
        numbered(2).scheduled(T0.plusSeconds(10)).build(),
        new Row.Tombstone(id(3), 1, T0.plusSeconds(20)),
        numbered(4).startBy(T0.plusSeconds(5)).build(),
        numbered(5).tenant(2).deadlineAt(T0.plusSeconds(40)).build());

    assertThat(due(T0.plusSeconds(60), 10)).isEqualTo(ids(4, 2, 3, 1, 5));
    assertThat(due(T0.plusSeconds(60), 2)).isEqualTo(ids(4, 2));
    assertThat(nextDue()).isEqualTo(T0.plusSeconds(5));
  }

  @Test
  void due_begins_at_the_very_moment() {
    save(numbered(1).scheduled(T0.plusSeconds(10)).build());

    assertThat(due(T0.plusMillis(9_999), 10)).isEmpty();
    assertThat(due(T0.plusSeconds(10), 10)).isEqualTo(ids(1));
  }

  @Test
  void every_state_is_due_when_its_operation_says_so() {
    var operations =
        List.of(
            numbered(1).scheduled(T0.plusSeconds(1)).build(),
            numbered(2).lane("a").blocked(1).deadlineAt(T0.plusSeconds(2)).build(),
            numbered(3).deadlineAt(T0.plusSeconds(3)).build(),
            numbered(4).state(new State.Running(42, T0.plusSeconds(9), T0.plusSeconds(4))).build(),
            numbered(5)
                .state(new State.Waiting(List.of(new Wait.ForTime(T0.plusSeconds(5)))))
                .build(),
            numbered(6).state(new State.Canceling(0, T0.plusSeconds(6), null, null)).build(),
            numbered(7).failed(true).at(T0.plusSeconds(7)).build());
    commit(operations, List.of(), List.of());

    for (var operation : operations) {
      assertThat(operation.due()).isNotNull();
    }
    assertThat(due(T0.plusSeconds(6), 10)).isEqualTo(ids(1, 2, 3, 4, 5, 6));
    assertThat(due(T0.plus(Duration.ofDays(8)), 10)).isEqualTo(ids(1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void a_result_is_due_before_its_operation_and_not_again_when_it_is_gone() {
    var keep = Promise.DEFAULT;
    var promise =
        new Promise(
            3,
            keep.backoff(),
            false,
            true,
            keep.deadLetters(),
            keep.attemptTimeout(),
            null,
            null,
            null,
            Duration.ofDays(7),
            Duration.ofDays(1),
            Duration.ofDays(1));
    var result = new Payload.Inline(new byte[] {1}, "text/plain");
    save(numbered(1).promise(promise).succeeded(result).build());
    assertThat(nextDue()).isEqualTo(T0.plus(Duration.ofDays(1)));

    save(numbered(1).promise(promise).succeeded(result).resultGone().build());
    assertThat(nextDue()).isEqualTo(T0.plus(Duration.ofDays(7)));
  }

  @Test
  void what_has_no_time_is_never_due() {
    save(numbered(1).build());

    assertThat(nextDue()).isNull();
    assertThat(due(Instant.parse("2999-01-01T00:00:00Z"), 10)).isEmpty();
  }

  @Test
  void what_was_due_and_is_done_with_is_not_due_again() {
    save(numbered(1).scheduled(T0).build(), new Row.Tombstone(id(2), 1, T0));
    save(numbered(1).version(2).build());
    remove(id(2));

    assertThat(nextDue()).isNull();
  }

  @Test
  void orphans_are_held_by_an_owner_that_is_over_or_unknown() {
    save(
        new Row.Owner(new Key.Owner(41), T0.plusSeconds(10)),
        new Row.Owner(new Key.Owner(42), T0.plusSeconds(20)));
    save(
        numbered(1).running(41).build(),
        numbered(2).running(42).build(),
        numbered(3).running(43).build(),
        numbered(4).state(new State.Canceling(41, T0, null, null)).build(),
        numbered(5).running(0).build(),
        numbered(6).build(),
        numbered(7).canceled().build());

    assertThat(orphans(T0.plusMillis(9_999), 10)).containsExactly(new Orphan(id(3), 43));
    assertThat(orphans(T0.plusSeconds(10), 10))
        .containsExactlyInAnyOrder(
            new Orphan(id(1), 41), new Orphan(id(3), 43), new Orphan(id(4), 41));
    assertThat(orphans(T0.plusSeconds(20), 10)).hasSize(4).contains(new Orphan(id(2), 42));
    assertThat(orphans(T0.plusSeconds(20), 2)).hasSize(2);
  }

  @Test
  void a_renewed_owner_has_no_orphans() {
    save(new Row.Owner(new Key.Owner(41), T0), numbered(1).running(41).build());
    save(new Row.Owner(new Key.Owner(41), T0.plusSeconds(15)));

    assertThat(orphans(T0.plusSeconds(14), 10)).isEmpty();
  }

  @Test
  void keys_are_stale_when_their_time_is_over() {
    save(numbered(1).canceled().build());
    save(
        idem("first", 1, T0),
        idem("second", 2, T0.plusSeconds(1)),
        idem("third", 3, T0.plusSeconds(2)));

    assertThat(staleKeys(T0.minusMillis(1), 10)).isEmpty();
    assertThat(staleKeys(T0.plusSeconds(1), 10)).containsExactlyInAnyOrder("first", "second");
    assertThat(staleKeys(T0.plusSeconds(9), 2)).hasSize(2);
  }

  @Test
  void depths_count_what_waits_and_runs_by_type_queue_and_word() {
    save(
        numbered(1).createdAt(T0.plusSeconds(1)).build(),
        numbered(2).createdAt(T0.plusSeconds(2)).lane("a").blocked(1).build(),
        numbered(3).running(42).build(),
        numbered(4).tenant(2).running(42).createdAt(T0.minusSeconds(3)).build(),
        numbered(5).type("letter").queue("mail").build(),
        numbered(6).scheduled(T0.plusSeconds(9)).build(),
        numbered(7).succeeded(null).build(),
        numbered(8).failed(true).build(),
        new Row.Tombstone(id(9), 1, T0));

    assertThat(depths())
        .containsExactlyInAnyOrder(
            new Depth("mail", "mail", "queued", 2, T0.plusSeconds(1)),
            new Depth("mail", "mail", "running", 2, T0.minusSeconds(3)),
            new Depth("letter", "mail", "queued", 1, T0),
            new Depth("mail", "mail", "scheduled", 1, T0));
  }

  @Test
  void an_empty_store_has_nothing_to_do() {
    assertThat(due(T0.plusSeconds(99), 10)).isEmpty();
    assertThat(nextDue()).isNull();
    assertThat(orphans(T0, 10)).isEmpty();
    assertThat(staleKeys(T0, 10)).isEmpty();
    assertThat(depths()).isEmpty();
  }

  private static Row.Idem idem(String key, int n, Instant until) {
    return new Row.Idem(new Key.Idem(1, "mail", key), new byte[] {1}, id(n), until);
  }

  private List<OperationId> due(Instant now, int atMost) {
    return readSystem(system -> system.due(now, atMost));
  }

  private List<Orphan> orphans(Instant now, int atMost) {
    return readSystem(system -> system.orphans(now, atMost));
  }

  private List<String> staleKeys(Instant now, int atMost) {
    return readSystem(
        system -> system.staleKeys(now, atMost).stream().map(idem -> idem.key().key()).toList());
  }
}
