package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Reader.Segment;
import dev.raincheck.testkit.AnOperation;
import dev.raincheck.testkit.ManualClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The log has a table for each day, which goes as a whole when it is old. */
@Timeout(60)
class LogDaysTest {
  private static final String ONE = Entry.operations(1);
  private static final String TWO = Entry.operations(2);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration KEPT = Duration.ofDays(7);

  private final PostgresConfig config = TestServer.config();
  private final ManualClock clock = new ManualClock(AnOperation.EPOCH);
  private PostgresStore store;
  private long batches;

  @BeforeEach
  void open() {
    store = TestServer.open(config, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** Gives the offset. */
  private long append(String stream) {
    var entry = new Entry(stream, AnOperation.id(1), (int) ++batches, "operation.queued");
    return commit(List.of(entry), null).firstOffset().get(stream);
  }

  private Committed.Yes commit(List<Entry> entries, @Nullable Instant trimBefore) {
    try (var tx = store.begin()) {
      tx.lock(new LockPlan(Collections.emptySortedSet(), Map.of()));
      tx.now();
      return (Committed.Yes) tx.commit(new Batch(7, ++batches, List.of(), Set.of(), List.of(), entries, trimBefore, List.of()));
    }
  }

  /** As the chore does, until what is wanted has come to pass. */
  private void trimUntil(String condition) throws SQLException {
    do commit(List.of(), clock.instant().minus(KEPT));
    while (TestServer.number(config, "SELECT (" + condition + ")::int") == 0);
  }

  private List<String> days() throws SQLException {
    var days = new ArrayList<String>();
    try (var connection = TestServer.connect(config);
        var rows =
            connection
                .createStatement()
                .executeQuery("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'segment'::regclass ORDER BY 1")) {
      while (rows.next()) days.add(rows.getString(1));
    }
    return days;
  }

  private List<Segment> log(String stream) {
    return store.read(reader -> reader.log(stream, 0, 1_000));
  }

  @Test
  void a_new_store_has_today_and_two_days_more_and_appends_to_today() throws Exception {
    assertThat(days()).containsExactly("segment_20261124", "segment_20261125", "segment_20261126", "segment_rest");
    append(ONE);

    assertThat(TestServer.number(config, "SELECT count(*) FROM segment_20261124")).isEqualTo(1);
  }

  @Test
  void days_come_and_go_and_offsets_and_positions_go_on() throws Exception {
    append(TWO);
    for (int day = 0; day < 12; day++) {
      assertThat(append(ONE)).isEqualTo(2 * day + 1);
      assertThat(append(ONE)).isEqualTo(2 * day + 2);
      clock.advance(DAY);
      trimUntil("to_regclass('segment_" + dayName(2) + "') IS NOT NULL AND to_regclass('segment_" + dayName(-8) + "') IS NULL");
    }

    assertThat(days()).hasSize(7 + 3 + 1).first().isEqualTo("segment_20261129");
    var kept = log(ONE);
    assertThat(kept).first().extracting(Segment::first).isEqualTo(11L);
    for (int n = 0; n < kept.size(); n++) assertThat(kept.get(n).first()).isEqualTo(11 + n);
    assertThat(kept.getLast().first()).isEqualTo(24);
    assertThat(TestServer.number(config, "SELECT count(DISTINCT position) - count(*) FROM segment")).isZero();
  }

  private String dayName(int from) {
    return clock.instant().plus(DAY.multipliedBy(from)).toString().substring(0, 10).replace("-", "");
  }

  @Test
  void a_stream_that_rests_keeps_its_last_segment_until_it_goes_on() throws Exception {
    append(ONE);
    append(TWO);
    append(TWO);
    clock.advance(DAY.multipliedBy(20));
    trimUntil("to_regclass('segment_20261124') IS NULL");

    assertThat(log(ONE)).hasSize(1);
    assertThat(log(TWO)).extracting(Segment::first).containsExactly(2L);
    long end = store.read(reader -> reader.system().logEnd());
    assertThat(end).isEqualTo(3);
    assertThat(append(TWO)).isEqualTo(3);
    assertThat(log(TWO)).extracting(Segment::first).containsExactly(2L, 3L);

    clock.advance(DAY);
    trimUntil("(SELECT count(*) FROM segment_rest) = 1");
    assertThat(log(TWO)).extracting(Segment::first).containsExactly(3L);
    assertThat(log(ONE)).hasSize(1);
  }

  @Test
  void what_finds_no_day_is_kept_in_the_rest_and_the_next_days_are_made() throws Exception {
    clock.advance(DAY.multipliedBy(30));
    append(ONE);
    append(ONE);
    trimUntil("to_regclass('segment_" + dayName(2) + "') IS NOT NULL");

    assertThat(days()).contains("segment_" + dayName(1)).doesNotContain("segment_" + dayName(0));
    assertThat(append(ONE)).isEqualTo(3);
    assertThat(TestServer.number(config, "SELECT count(*) FROM segment_rest")).isEqualTo(3);
    clock.advance(DAY.multipliedBy(9));
    append(ONE);
    trimUntil("(SELECT count(*) FROM segment_rest WHERE first < 4) = 0");
    assertThat(log(ONE)).extracting(Segment::first).containsExactly(4L);
  }

  @Test
  void a_reader_that_does_not_end_keeps_a_day_from_being_dropped_and_nobody_from_appending() throws Exception {
    append(ONE);
    append(ONE);
    try (var reader = TestServer.connect(config)) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("SELECT count(*) FROM segment");
      clock.advance(DAY.multipliedBy(9));
      for (int n = 0; n < 200; n++) {
        commit(List.of(), clock.instant().minus(KEPT));
        append(ONE);
      }
      assertThat(days()).contains("segment_20261124");
    }
    trimUntil("to_regclass('segment_20261124') IS NULL");
    assertThat(append(ONE)).isEqualTo(203);
  }
}
