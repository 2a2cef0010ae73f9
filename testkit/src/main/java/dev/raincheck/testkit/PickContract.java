package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static dev.raincheck.testkit.AnOperation.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every store promises about picking ready operations, and about the place in the queue. */
public abstract class PickContract extends StoreFixture {
  @Test
  void ready_operations_come_by_priority_then_rank_then_id() {
    save(
        numbered(1).priority(5).rank(20).build(),
        numbered(2).priority(5).rank(10).build(),
        numbered(3).priority(9).rank(1).build(),
        numbered(4).priority(0).rank(99).build(),
        numbered(6).priority(5).rank(10).build(),
        numbered(5).priority(5).rank(10).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(4, 2, 5, 6, 1, 3));
  }

  @Test
  void ranks_may_be_negative_or_huge() {
    save(
        numbered(1).rank(Long.MAX_VALUE).build(),
        numbered(2).rank(0).build(),
        numbered(3).rank(-5).build(),
        numbered(4).rank(Long.MIN_VALUE).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(4, 3, 2, 1));
  }

  @Test
  void never_more_than_asked() {
    for (int n = 1; n <= 5; n++) save(numbered(n).build());

    assertThat(pick("mail", 3)).isEqualTo(ids(1, 2, 3));
    assertThat(pick("mail", 0)).isEmpty();
  }

  @Test
  void only_what_may_start_is_picked() {
    save(
        numbered(1).scheduled(T0.minusSeconds(1)).build(),
        numbered(2).lane("a").blocked(1).build(),
        numbered(3).running(42).build(),
        numbered(4).state(new State.Waiting(List.of())).build(),
        numbered(5).state(new State.Canceling(42, T0, null, "no longer wanted")).build(),
        numbered(6).succeeded(null).build(),
        numbered(7).failed(true).build(),
        numbered(8).canceled().build(),
        numbered(9).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(9));
  }

  @Test
  void queues_do_not_see_each_other() {
    save(
        numbered(1).queue("letters").build(),
        numbered(2).queue("mail").build(),
        numbered(3).type("parcel").queue("mail").tenant(2).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(2, 3));
    assertThat(pick("letters", 10)).isEqualTo(ids(1));
    assertThat(pick("Mail", 10)).isEmpty();
    int both = inTx(tx -> tx.pick("letters", 1).size() + tx.pick("mail", 1).size());
    assertThat(both).isEqualTo(2);
  }

  @Test
  void what_has_started_or_ended_is_not_picked_again() {
    save(numbered(1).build(), numbered(2).build());
    save(numbered(1).running(42).version(2).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(2));
  }

  @Test
  void what_becomes_ready_again_is_picked_by_its_new_rank() {
    save(numbered(1).rank(1).running(42).build(), numbered(2).rank(5).build());
    save(numbered(1).rank(9).version(2).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(2, 1));
  }

  @Test
  void what_becomes_ready_before_all_others_is_found_although_later_ones_have_started() {
    for (int n = 1; n <= 20; n++) save(numbered(n).rank(n).build());
    for (int n = 1; n <= 20; n++) {
      var next = pick("mail", 1).getFirst();
      save(numbered(n).rank(n).running(42).version(2).build());
      assertThat(next).isEqualTo(id(n));
    }
    save(numbered(21).rank(3).build(), numbered(22).priority(9).rank(1).build());
    save(numbered(7).rank(-1).version(3).build());

    assertThat(pick("mail", 10)).isEqualTo(ids(7, 21, 22));
  }

  @Test
  void a_picked_operation_comes_as_its_row_keeps_it() {
    var operation =
        numbered(1).input(AnOperation.bytes(5000), "text/plain").tag("x").rank(3).build();
    save(operation);

    assertSame(inTx(tx -> tx.pick("mail", 1)), List.of(operation.inRow()));
  }

  @Test
  void a_picked_operation_can_be_saved_in_the_same_transaction() {
    save(numbered(1).build(), numbered(2).build());
    try (var tx = store().begin()) {
      tx.lock(plan());
      var picked = tx.pick("mail", 1).getFirst();
      tx.now();
      List<Row> saved = List.of(numbered(1).running(42).version(2).build());
      tx.commit(batch(Map.of(picked.id(), picked), saved, List.of(), List.of()));
    }

    assertThat(pick("mail", 10)).isEqualTo(ids(2));
    assertThat(find(1, id(1)).state().heldBy()).isEqualTo(42);
  }

  @Test
  void ids_sort_as_unsigned_numbers() {
    var low = new OperationId(1, -1);
    var middle = new OperationId(Long.MAX_VALUE, 0);
    var high = new OperationId(-1, 1);
    var operations = new ArrayList<Operation>();
    for (var id : List.of(high, low, middle)) operations.add(under(id));
    commit(operations, List.of(), List.of());

    assertThat(pick("mail", 3)).containsExactly(low, middle, high);
  }

  private static Operation under(OperationId id) {
    var like = numbered(1).build();
    return new Operation(
        id,
        like.submission(),
        like.createdAt(),
        null,
        like.moment(),
        List.of(),
        1,
        1,
        like.updatedAt(),
        0,
        null,
        null,
        false);
  }

  @Test
  void random_queues_are_picked_in_order() {
    var dice = Seeds.dice(1);
    List<Operation> operations = new ArrayList<>();
    for (int n = 1; n <= 200; n++) {
      operations.add(numbered(n).priority(dice.nextInt(10)).rank(dice.nextInt(5)).build());
    }
    commit(operations, List.of(), List.of());

    var inOrder =
        operations.stream()
            .sorted(
                Comparator.comparing((Operation operation) -> operation.submission().priority())
                    .thenComparing(Operation::rank)
                    .thenComparing(Operation::id))
            .toList();
    assertThat(pick("mail", 1000)).isEqualTo(ids(inOrder));
    assertThat(pick("mail", 50)).isEqualTo(ids(inOrder.subList(0, 50)));
    for (int place : new int[] {0, 1, 57, 199}) {
      var operation = inOrder.get(place);
      assertThat(ahead(operation, 1000)).isEqualTo(place);
    }
  }

  @Test
  void the_place_in_the_queue_is_counted_up_to_a_limit() {
    for (int n = 1; n <= 6; n++) save(numbered(n).rank(n).build());
    save(
        numbered(7).queue("letters").build(),
        numbered(8).rank(1).running(42).build(),
        numbered(9).lane("a").blocked(1).build());

    var fifth = find(1, id(5));
    assertThat(ahead(fifth, 1000)).isEqualTo(4);
    assertThat(ahead(fifth, 3)).isEqualTo(3);
    var first = find(1, id(1));
    assertThat(ahead(first, 1000)).isZero();
  }
}
