package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each statement of the hot path goes through an index, whatever the planner thinks of the tables. */
class PlanTest {
  private final PostgresConfig config = TestServer.config();
  private Connection ledger;

  @BeforeEach
  void open() throws SQLException {
    PostgresStore.open(config, System::nanoTime).close();
    ledger = new Connections(config).ledger();
  }

  @AfterEach
  void close() throws SQLException {
    ledger.close();
  }

  @Test
  void the_writer_never_reads_a_table_from_end_to_end() throws SQLException {
    for (var sql : Locks.hot()) assertThat(plan(sql)).as(sql).noneMatch(PlanTest::isScan);
    for (var sql : List.of(Save.MOVE, Save.REWRITE, Log.APPEND, Log.TRIM_PROGRESS, LedgerTx.PLACES)) {
      assertThat(plan(sql)).as(sql).noneMatch(PlanTest::isScan).noneMatch(PlanTest::isSort);
    }
  }

  @Test
  void a_pick_is_one_range_of_the_index_of_what_is_ready() throws SQLException {
    assertThat(plan(Pick.SQL.formatted("")))
        .anyMatch(step -> step.contains("Index Scan using life_ready on life"))
        .noneMatch(PlanTest::isScan)
        .noneMatch(PlanTest::isSort);
  }

  @Test
  void readers_go_through_indexes_too() throws SQLException {
    var hot =
        List.of(
            Snapshot.OPERATION, Snapshot.TOMBSTONE, Snapshot.PAYLOAD, Snapshot.CHUNKS, Snapshot.AHEAD, Snapshot.LOG,
            Snapshot.LOG_END, SystemReads.DUE, SystemReads.DUE_TOMBSTONES, SystemReads.NEXT_DUE, SystemReads.ORPHANS,
            SystemReads.DEPTHS, SystemReads.LOG, SystemReads.LOG_OF_OTHERS, SystemReads.REFERRED, KeySweep.STALE, KeySweep.LAST,
            Submissions.ANY, Submissions.AFTER, Submissions.BEFORE, Submissions.COMPLETIONS);
    for (var sql : hot) assertThat(plan(sql)).as(sql).noneMatch(PlanTest::isScan);
  }

  @Test
  void the_regular_question_reads_no_table_but_the_small_one_of_documents() throws SQLException {
    assertThat(plan(Heart.PULSE)).filteredOn(PlanTest::isScan).allMatch(step -> step.contains("on document"));
  }

  private static boolean isScan(String step) {
    return step.contains("Seq Scan");
  }

  private static boolean isSort(String step) {
    return step.contains("Sort");
  }

  private List<String> plan(String sql) throws SQLException {
    var numbered = new StringBuilder();
    int n = 0;
    for (char c : sql.toCharArray()) {
      if (c == '?') numbered.append('$').append(++n);
      else numbered.append(c);
    }
    var steps = new ArrayList<String>();
    try (var statement = ledger.createStatement()) {
      statement.execute("PREPARE hot AS " + numbered);
      var values = String.join(", ", Collections.nCopies(n, "NULL"));
      try (var rows = statement.executeQuery("EXPLAIN EXECUTE hot" + (n == 0 ? "" : " (" + values + ")"))) {
        while (rows.next()) steps.add(rows.getString(1));
      }
      statement.execute("DEALLOCATE hot");
    }
    return steps;
  }
}
