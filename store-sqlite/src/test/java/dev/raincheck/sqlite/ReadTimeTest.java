package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Page;
import dev.raincheck.ledger.Reader.Position;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A read is bounded in time and in the rows that it looks at. */
class ReadTimeTest {
  private static final Filter RARE =
      new Filter(1, List.of(), null, "rare", null, null, null, null, null);

  @TempDir Path directory;

  @Test
  void a_read_that_takes_too_long_is_ended_and_the_next_one_is_not() {
    var nanos = new AtomicLong();
    var clock = new ManualClock(AnOperation.EPOCH);
    fill(5_000);
    try (var store = SqliteStore.open(Opened.config(directory), clock, nanos::get)) {
      assertThatThrownBy(
              () ->
                  store.<Page>read(
                      reader -> {
                        nanos.addAndGet(Duration.ofSeconds(11).toNanos());
                        return reader.list(RARE, null, 10);
                      }))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("longer than 10 s");

      assertThat(store.read(reader -> reader.list(RARE, null, 10)).operations()).isEmpty();
    }
  }

  @Test
  void a_filter_that_matches_almost_nothing_gives_short_pages_that_go_on() {
    fill(2 * Listing.LOOKED_AT_MAX + 10);
    try (var opened = Opened.in(directory)) {
      opened.save(
          AnOperation.numbered(0).createdAt(AnOperation.EPOCH.minusSeconds(1)).tag("rare").build());
      var found = new ArrayList<Operation>();
      int pages = 0;
      Position after = null;
      do {
        Position from = after;
        var page = opened.store.read(reader -> reader.list(RARE, from, 10));
        found.addAll(page.operations());
        after = page.next();
        pages++;
      } while (after != null);

      assertThat(found).extracting(Operation::id).containsExactly(AnOperation.id(0));
      assertThat(pages).isEqualTo(3);
    }
  }

  @Test
  void a_closed_store_says_so() {
    var opened = Opened.in(directory);
    opened.close();

    assertThatThrownBy(() -> opened.store.<Page>read(reader -> reader.list(RARE, null, 1)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
  }

  private void fill(int count) {
    try (var opened = Opened.in(directory)) {
      for (int from = 1; from <= count; from += 1_000) {
        var rows = new ArrayList<Operation>();
        for (int n = from; n < from + 1_000 && n <= count; n++)
          rows.add(AnOperation.numbered(n).build());
        opened.commit(rows, List.of());
      }
    }
  }
}
