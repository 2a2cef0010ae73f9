package dev.raincheck.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Reader;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node thinks of a queue's depth, and when it wants the store to count. */
final class DepthsTest {
  private final Depths depths = new Depths();

  private static Reader.Depth depth(String word, long count) {
    return new Reader.Depth("mail", "mail", word, count, Instant.EPOCH);
  }

  @Test
  void what_waits_counts_and_what_runs_does_not() {
    depths.set(List.of(depth("queued", 6), depth("scheduled", 3), depth("running", 50), depth("waiting", 50)));

    assertThat(depths.isFull("mail", 10)).isFalse();
    assertThat(depths.isFull("mail", 9)).isTrue();
    assertThat(depths.isFull("letters", 1)).isFalse();
  }

  @Test
  void work_for_a_queue_that_is_more_than_half_full_asks_for_a_count() {
    depths.set(List.of(depth("queued", 6)));
    assertThat(depths.isFull("mail", 12)).isFalse();
    assertThat(depths.isFilling()).isFalse();

    assertThat(depths.isFull("mail", 10)).isFalse();
    assertThat(depths.isFilling()).isTrue();
    depths.set(List.of(depth("queued", 6)));
    assertThat(depths.isFilling()).isFalse();
  }
}
