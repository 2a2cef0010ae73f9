package dev.raincheck.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Outcome.Claimed.Limit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a queue asks for work, and for how much. */
final class SlotsTest {
  private final Slots slots = new Slots("mail", 8, 3, OperationType.Threads.VIRTUAL);

  @AfterEach
  void close() {
    slots.close();
  }

  @Test
  void at_first_it_asks_for_all_and_names_the_limit_of_the_cluster() {
    assertThat(slots.reserve(0)).isEqualTo(8);
    assertThat(slots.claim(42, 8)).isEqualTo(new Command.Claim("mail", 42, 8, 3));
    assertThat(slots.reserve(5)).isZero();
  }

  @Test
  void after_a_claim_that_came_back_short_it_asks_for_what_is_new() {
    slots.reserve(0);
    slots.claimed(8, 2, Limit.OPEN);

    assertThat(slots.reserve(0)).isZero();
    assertThat(slots.reserve(5)).isEqualTo(5);
    assertThat(slots.claim(42, 5)).isEqualTo(new Command.Claim("mail", 42, 5, 3, true));
    assertThat(slots.free()).isEqualTo(Slots.Next.REST);
    assertThat(slots.offer()).isTrue();
    assertThat(slots.reserve(0)).isEqualTo(2);
  }

  @Test
  void at_the_limit_it_asks_for_nothing_whatever_comes_until_one_of_its_own_ends() {
    slots.reserve(0);
    assertThat(slots.claimed(8, 3, Limit.REACHED)).isFalse();

    assertThat(slots.reserve(5)).isZero();
    assertThat(slots.offer()).isFalse();
    assertThat(slots.free()).isEqualTo(Slots.Next.CLAIM_SHARED);
    assertThat(slots.reserve(0)).isEqualTo(6);
  }

  @Test
  void at_the_limit_it_asks_again_when_it_is_time_to_look() {
    slots.reserve(0);
    slots.claimed(8, 0, Limit.REACHED);

    assertThat(slots.look()).isTrue();
    assertThat(slots.reserve(0)).isEqualTo(2);
  }

  @Test
  void a_look_takes_a_part_of_what_is_free_and_all_once_it_has_found_as_much() {
    slots.reserve(0);
    slots.claimed(8, 0, Limit.OPEN);

    assertThat(slots.look()).isTrue();
    assertThat(slots.reserve(3)).as("what is new, and a quarter").isEqualTo(5);
    slots.claimed(5, 5, Limit.OPEN);
    assertThat(slots.reserve(0)).isEqualTo(3);
  }

  @Test
  void a_look_that_finds_nothing_leaves_it_at_what_is_new() {
    slots.reserve(0);
    slots.claimed(8, 0, Limit.OPEN);
    slots.look();
    slots.claimed(slots.reserve(0), 0, Limit.OPEN);

    assertThat(slots.reserve(0)).isZero();
    assertThat(slots.reserve(4)).isEqualTo(4);
  }

  @Test
  void an_end_that_the_last_claim_did_not_see_makes_it_out_of_date() {
    slots.reserve(0);
    slots.claimed(8, 2, Limit.OPEN);
    slots.offer();
    slots.reserve(0);
    slots.free();

    assertThat(slots.claimed(6, 0, Limit.REACHED)).isTrue();
    assertThat(slots.reserve(0)).isEqualTo(7);
  }

  @Test
  void beside_another_nodes_claim_it_rests_until_its_pause_is_over() {
    slots.reserve(0);
    slots.claimed(8, 0, Limit.BUSY);

    assertThat(slots.reserve(5)).isZero();
    assertThat(slots.offer()).isFalse();
    assertThat(slots.look()).isFalse();
    assertThat(slots.resume()).isTrue();
    assertThat(slots.reserve(0)).isEqualTo(8);
  }
}
