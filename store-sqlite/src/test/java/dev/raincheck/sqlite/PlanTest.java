package dev.raincheck.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Reader.Filter;
import dev.raincheck.ledger.Reader.Position;
import dev.raincheck.testkit.AnOperation;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each statement of the hot path goes through an index: none sorts, none reads a table from end to
 * end.
 */
class PlanTest {
  @TempDir Path directory;

  @Test
  void the_writer_never_scans_or_sorts() throws Exception {
    try (var opened = Opened.in(directory)) {
      var tables = opened.store.tables;
      var hot =
          Stream.of(
                  tables.operations.hot(),
                  tables.idems.hot(),
                  tables.lanes.hot(),
                  tables.tombstones.hot(),
                  tables.chunks.hot(),
                  List.of(SegmentTable.HEAD))
              .flatMap(List::stream)
              .toList();
      for (var sql : hot)
        assertThat(plan(tables.statements, sql)).as("%.80s", sql).allMatch(PlanTest::isSearch);
    }
  }

  @Test
  void readers_never_scan_or_sort() throws Exception {
    try (var opened = Opened.in(directory)) {
      var statements = opened.store.tables.statements;
      var hot =
          List.of(
              Snapshot.OPERATION,
              Snapshot.TOMBSTONE,
              Snapshot.PAYLOAD,
              Snapshot.CHUNKS,
              Snapshot.LOG,
              Snapshot.AHEAD,
              SystemReads.DUE,
              SystemReads.DUE_TOMBSTONES,
              SystemReads.ORPHANS,
              SystemReads.LOG,
              KeySweep.STALE,
              Aside.FIND);
      for (var sql : hot) assertThat(plan(statements, sql)).as(sql).noneMatch(PlanTest::isSort);
      for (var sql : hot) {
        assertThat(plan(statements, sql).stream().filter(step -> step.contains(" operation")))
            .as(sql)
            .allMatch(PlanTest::isSearch);
      }
      assertThat(plan(statements, SystemReads.NEXT_DUE))
          .containsExactly("SEARCH operation USING COVERING INDEX operation_due (due>?)");
      assertThat(plan(statements, SystemReads.DEPTHS))
          .anyMatch(step -> step.contains("SEARCH operation USING COVERING INDEX operation_live"))
          .noneMatch(PlanTest::isSort);
    }
  }

  @Test
  void lists_go_through_the_index_that_restricts_most() throws Exception {
    var after = new Position(AnOperation.EPOCH, AnOperation.id(1));
    try (var opened = Opened.in(directory)) {
      var statements = opened.store.tables.statements;
      for (var filter : filters()) {
        for (var query : List.of(new ListSql(filter, null), new ListSql(filter, after))) {
          for (var sql : List.of(query.page(26).sql(), query.lookedAtLast().sql())) {
            assertThat(plan(statements, sql))
                .as(sql)
                .noneMatch(PlanTest::isSort)
                .anyMatch(step -> step.contains("SEARCH operation USING"));
          }
        }
      }
    }
  }

  private static List<Filter> filters() {
    var t = AnOperation.EPOCH;
    return List.of(
        Filter.all(1),
        new Filter(
            1, List.of("failed", "queued"), "mail", "red", null, null, null, t, t.plusSeconds(1)),
        new Filter(1, List.of(), null, null, "order-7", null, null, t, null),
        new Filter(1, List.of(), null, null, null, AnOperation.id(2), null, null, t),
        new Filter(1, List.of(), null, null, null, null, true, null, null),
        new Filter(1, List.of(), null, null, null, null, false, null, null));
  }

  private static boolean isSearch(String step) {
    boolean ofValues = step.equals("SCAN v") || step.contains("VALUES CLAUSE");
    return !isSort(step) && (!step.startsWith("SCAN") || ofValues);
  }

  private static boolean isSort(String step) {
    return step.contains("TEMP B-TREE") || step.contains("AUTOMATIC");
  }

  private static List<String> plan(Statements statements, String sql) throws SQLException {
    var steps = new ArrayList<String>();
    try (var rows = statements.of("EXPLAIN QUERY PLAN " + sql).executeQuery()) {
      while (rows.next()) steps.add(rows.getString("detail"));
    }
    return steps;
  }
}
