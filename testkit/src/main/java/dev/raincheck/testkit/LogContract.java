package dev.raincheck.testkit;

import static dev.raincheck.testkit.AnOperation.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Reader.Segment;
import dev.raincheck.ledger.Reader.System;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every store promises about the log: dense offsets in each stream, and readers that skip
 * nothing.
 */
public abstract class LogContract extends StoreFixture {
  private static final String ONE = Entry.operations(1);
  private static final String TWO = Entry.operations(2);

  @Test
  void the_first_offset_of_a_stream_is_one() {
    assertThat(append(entry(ONE, 1)).firstOffset()).containsEntry(ONE, 1L);
    assertThat(log(ONE, 0, 10).getFirst().first()).isEqualTo(1);
  }

  @Test
  void a_stream_tells_the_offset_of_its_last_entry() {
    assertThat(logEnd(ONE)).isZero();
    append(entry(ONE, 1), entry(TWO, 2), entry(ONE, 3));
    append(entry(ONE, 4));

    assertThat(logEnd(ONE)).isEqualTo(3);
    assertThat(logEnd(TWO)).isEqualTo(1);
  }

  @Test
  void all_streams_can_be_followed_at_once_in_the_order_of_commits() {
    long empty = readSystem(System::logEnd);
    assertThat(empty).isZero();
    append(entry(ONE, 1), entry(TWO, 2));
    long seen = readSystem(System::logEnd);
    append(entry(TWO, 3));
    append(entry(ONE, 4), entry(ONE, 5));

    var all = readSystem(system -> system.log(0, 10));
    var later = readSystem(system -> system.log(seen, 10));

    assertThat(all).hasSize(4).isSortedAccordingTo(Comparator.comparingLong(Segment::position));
    long end = readSystem(System::logEnd);
    assertThat(all.getLast().position()).isEqualTo(end);
    assertThat(later).extracting(Segment::stream).containsExactly(TWO, ONE);
    assertThat(later).extracting(Segment::first).containsExactly(2L, 2L);
    assertThat(later.getLast().entries()).containsExactly(entry(ONE, 4), entry(ONE, 5));
    var one = readSystem(system -> system.log(seen, 1));
    assertThat(one).isEqualTo(later.subList(0, 1));
    var none = readSystem(system -> system.log(all.getLast().position(), 10));
    assertThat(none).isEmpty();
  }

  @Test
  void the_old_log_is_trimmed_and_offsets_go_on() {
    append(entry(ONE, 1), entry(ONE, 2));
    append(entry(TWO, 3));
    clock.advance(Duration.ofDays(8));
    append(entry(ONE, 4));

    trim(clock.instant().minus(Duration.ofDays(7)));

    assertThat(log(ONE, 0, 10)).extracting(Segment::first).containsExactly(3L);
    assertThat(log(TWO, 0, 10)).as("the last of a stream stays").hasSize(1);
    assertThat(append(entry(ONE, 5), entry(TWO, 6)).firstOffset())
        .containsEntry(ONE, 4L)
        .containsEntry(TWO, 2L);
  }

  @Test
  void progress_is_forgotten_within_minutes_but_never_the_end_of_the_log() {
    String progress = Entry.PROGRESS_FROM + "1";
    append(entry(ONE, 1), entry(progress, 1));
    append(entry(progress, 1));
    clock.advance(Batch.PROGRESS_KEPT.plusSeconds(1));
    long end = readSystem(System::logEnd);

    trim(clock.instant().minus(Duration.ofDays(7)));

    var left = readSystem(system -> system.log(0, 10));
    assertThat(left).extracting(Segment::stream).containsExactly(ONE, progress);
    assertThat(left.getLast().position()).as("positions go on").isEqualTo(end);
    append(entry(ONE, 2));
    trim(clock.instant().minus(Duration.ofDays(7)));
    var whole = readSystem(system -> system.log(0, 10));
    assertThat(whole).extracting(Segment::stream).containsExactly(ONE, ONE);
  }

  @Test
  void what_a_node_knows_already_comes_without_its_entries() {
    append(entry(ONE, 1));

    var own = readSystem(system -> system.logOfOthers(0, 10, NODE));
    var others = readSystem(system -> system.logOfOthers(0, 10, NODE + 1));

    assertThat(own).hasSize(1).allSatisfy(segment -> assertThat(segment.entries()).isEmpty());
    var all = readSystem(system -> system.log(0, 10));
    assertThat(others).isEqualTo(all);
  }

  @Test
  void offsets_are_dense_in_each_stream() {
    append(entry(ONE, 1), entry(TWO, 2), entry(ONE, 3));
    append(entry(TWO, 4));
    append(entry(ONE, 5), entry(ONE, 6));

    assertThat(log(ONE, 0, 10)).extracting(Segment::first).containsExactly(1L, 3L);
    assertThat(log(TWO, 0, 10)).extracting(Segment::first).containsExactly(1L, 2L);
    assertThat(entries(ONE, 0))
        .isEqualTo(List.of(entry(ONE, 1), entry(ONE, 3), entry(ONE, 5), entry(ONE, 6)));
  }

  @Test
  void a_segment_holds_one_batchs_entries_in_their_order_and_its_time() {
    clock.advance(Duration.ofMillis(1234));
    append(entry(ONE, 2), entry(TWO, 9), entry(ONE, 1), entry(ONE, 2));

    var segment = log(ONE, 0, 10).getFirst();

    assertThat(segment.stream()).isEqualTo(ONE);
    assertThat(segment.entries()).containsExactly(entry(ONE, 2), entry(ONE, 1), entry(ONE, 2));
    assertThat(segment.at()).isEqualTo(T0.plusMillis(1234));
  }

  @Test
  void positions_order_the_segments_of_all_streams() {
    append(entry(ONE, 1));
    append(entry(TWO, 2), entry(ONE, 3));
    append(entry(TWO, 4));

    var positions = new ArrayList<Long>();
    for (var segment : log(ONE, 0, 10)) positions.add(segment.position());
    for (var segment : log(TWO, 0, 10)) positions.add(segment.position());

    assertThat(positions).doesNotHaveDuplicates();
    assertThat(positions.get(0)).isLessThan(positions.get(1));
    assertThat(positions.get(2)).isGreaterThan(positions.get(0)).isLessThan(positions.get(3));
    assertThat(positions.get(1)).isLessThan(positions.get(3));
  }

  @Test
  void a_reader_resumes_in_the_middle_of_a_segment() {
    append(entry(ONE, 1), entry(ONE, 2), entry(ONE, 3));
    append(entry(ONE, 4));

    assertThat(log(ONE, 1, 10)).extracting(Segment::first).containsExactly(1L, 4L);
    assertThat(log(ONE, 2, 10)).extracting(Segment::first).containsExactly(1L, 4L);
    assertThat(log(ONE, 3, 10)).extracting(Segment::first).containsExactly(4L);
    assertThat(log(ONE, 4, 10)).isEmpty();
    assertThat(log(ONE, 99, 10)).isEmpty();
  }

  @Test
  void a_reader_that_resumes_from_its_last_offset_skips_nothing_at_any_step() {
    var dice = Seeds.dice(5);
    var written = new ArrayList<Entry>();
    for (int batch = 0; batch < 60; batch++) {
      var entries = new ArrayList<Entry>();
      for (int n = dice.nextInt(4); n >= 0; n--)
        entries.add(entry(dice.nextBoolean() ? ONE : TWO, dice.nextInt(9)));
      append(entries.toArray(Entry[]::new));
      entries.stream().filter(entry -> entry.stream().equals(ONE)).forEach(written::add);
    }

    for (int step : new int[] {1, 2, 7, 1000}) {
      var seen = new ArrayList<Entry>();
      for (var next = log(ONE, 0, step); !next.isEmpty(); next = log(ONE, seen.size(), step)) {
        assertThat(next).hasSizeLessThanOrEqualTo(step);
        for (var segment : next) {
          assertThat(segment.first()).isEqualTo(seen.size() + 1);
          seen.addAll(segment.entries());
        }
      }
      assertThat(seen).isEqualTo(written);
    }
  }

  @Test
  void an_unknown_stream_is_empty() {
    append(entry(ONE, 1));

    assertThat(log("3:operations", 0, 10)).isEmpty();
    assertThat(log("1", 0, 10)).isEmpty();
  }

  @Test
  void a_batch_that_is_rolled_back_takes_no_offsets() {
    append(entry(ONE, 1));
    try (var tx = store().begin()) {
      tx.lock(plan());
      tx.now();
    }

    assertThat(append(entry(ONE, 2)).firstOffset()).containsEntry(ONE, 2L);
  }

  private static Entry entry(String stream, int n) {
    return new Entry(stream, id(n), n, "operation.queued");
  }

  private List<Entry> entries(String stream, long offset) {
    return log(stream, offset, 1000).stream()
        .flatMap(segment -> segment.entries().stream())
        .toList();
  }
}
