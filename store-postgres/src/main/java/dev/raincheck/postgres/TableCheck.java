package dev.raincheck.postgres;

import dev.raincheck.doctor.Amounts;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Raincheck's tables: dead rows, what they weigh, and whether anybody cleans them. */
final class TableCheck {
  private static final long DEAD_MIN = 10_000;
  private static final double DEAD_SHARE = 0.2;
  private static final long DEAD_MANY = 100_000;

  /** Below this nobody minds how a table is filled. */
  private static final long BLOAT_BYTES_MIN = 64L << 20;

  private static final int BLOAT_TIMES = 4;

  private TableCheck() {}

  static void autovacuum(Examination at) throws SQLException {
    for (var name : List.of("autovacuum", "track_counts")) {
      if (!at.setting(name).equals("off")) continue;
      at.problem(
          "autovacuum", name + " = off", "%s is off: nobody removes dead rows, and everything slows down.".formatted(name),
          "Turn it on: ALTER SYSTEM SET %s = on; SELECT pg_reload_conf();".formatted(name));
    }
    var off =
        at.list(
            """
            SELECT c.relname FROM pg_class AS c
            JOIN pg_namespace AS n ON n.oid = c.relnamespace, pg_options_to_table(c.reloptions) AS o
            WHERE n.nspname = ? AND c.relkind IN ('r', 'p')
              AND o.option_name = 'autovacuum_enabled' AND lower(o.option_value) IN ('false', 'off', 'no', '0')
            ORDER BY c.relname\
            """,
            row -> row.getString(1),
            at.config().schema());
    for (var table : off) {
      at.problem(
          "autovacuum", table, "Autovacuum is off for the table %s: nobody removes its dead rows.".formatted(table),
          "ALTER TABLE %s.%s RESET (autovacuum_enabled);".formatted(at.config().schema(), table));
    }
    if (off.isEmpty() && !at.setting("autovacuum").equals("off")) {
      at.ok("autovacuum", "on", "Autovacuum is on, for the server and for all of Raincheck's tables.");
    }
  }

  private record Table(
      String name, long live, long dead, long vacuumedSecondsAgo, long bytes, long rowBytes, long expected) {
    String vacuumed() {
      return vacuumedSecondsAgo < 0
          ? "it has not been vacuumed yet"
          : "it was vacuumed " + Amounts.seconds(vacuumedSecondsAgo) + " ago";
    }
  }

  /** What rows take is estimated from the statistics that ANALYZE keeps: 28 bytes a row and what is in it. */
  private static final String TABLES =
      """
      SELECT c.relname, coalesce(s.n_live_tup, 0), coalesce(s.n_dead_tup, 0),
        coalesce(extract(epoch FROM clock_timestamp() - greatest(s.last_autovacuum, s.last_vacuum))::bigint, -1),
        pg_total_relation_size(c.oid), pg_relation_size(c.oid),
        coalesce((greatest(c.reltuples, 0) * (28 + w.width) * 100 / coalesce((
          SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) AS o WHERE o.option_name = 'fillfactor'), 100))::bigint, 0)
      FROM pg_class AS c
      JOIN pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid
      LEFT JOIN (SELECT schemaname, tablename, sum(avg_width) AS width FROM pg_stats GROUP BY 1, 2) AS w
        ON w.schemaname = n.nspname AND w.tablename = c.relname
      WHERE n.nspname = ? AND c.relkind = 'r' ORDER BY c.relname\
      """;

  static void tables(Examination at) throws SQLException {
    var tables =
        at.list(
            TABLES,
            row ->
                new Table(
                    row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6),
                    row.getLong(7)),
            at.config().schema());
    boolean clean = true;
    for (var table : tables) clean &= dead(at, table) & bloat(at, table);
    if (clean) {
      long dead = tables.stream().mapToLong(Table::dead).sum();
      long live = tables.stream().mapToLong(Table::live).sum();
      var life = tables.stream().filter(table -> table.name.equals("life")).map(Table::vacuumed).findFirst().orElse("");
      at.ok(
          "dead-rows", "%s of %s".formatted(Amounts.count(dead), Amounts.count(live + dead)),
          "%s dead rows lie among %s live ones, which is little. Of the table life: %s."
              .formatted(Amounts.count(dead), Amounts.count(live), life));
    }
    long bytes = tables.stream().mapToLong(Table::bytes).sum();
    var biggest =
        tables.stream()
            .sorted(Comparator.comparingLong(Table::bytes).reversed())
            .limit(3)
            .map(table -> table.name + " " + Amounts.bytes(table.bytes))
            .collect(Collectors.joining(", "));
    at.ok("size", Amounts.bytes(bytes), "All tables and indexes take %s: %s, …".formatted(Amounts.bytes(bytes), biggest));
  }

  private static boolean dead(Examination at, Table table) {
    if (table.dead < DEAD_MIN || table.dead < DEAD_SHARE * table.live) return true;
    var figure = "%s dead, %s live".formatted(Amounts.count(table.dead), Amounts.count(table.live));
    var text =
        "The table %s has %s dead rows beside %s live ones; %s."
            .formatted(table.name, Amounts.count(table.dead), Amounts.count(table.live), table.vacuumed());
    var advice =
        "If old transactions, prepared ones or slots are named here, end them first; then VACUUM %s.%s; and see that"
            + " autovacuum keeps up (autovacuum_max_workers, autovacuum_vacuum_cost_limit).";
    advice = advice.formatted(at.config().schema(), table.name);
    if (table.dead >= DEAD_MANY && table.dead > table.live) at.problem("dead-rows", figure, text, advice);
    else at.warn("dead-rows", figure, text, advice);
    return false;
  }

  private static boolean bloat(Examination at, Table table) {
    if (table.rowBytes < BLOAT_BYTES_MIN || table.expected == 0 || table.rowBytes < BLOAT_TIMES * table.expected) {
      return true;
    }
    at.warn(
        "bloat", Amounts.bytes(table.rowBytes),
        "The table %s takes %s, and its rows would fit into about %s."
            .formatted(table.name, Amounts.bytes(table.rowBytes), Amounts.bytes(table.expected)),
        "The room is used again as work comes. To get it back, VACUUM FULL %s.%s; while no node runs."
            .formatted(at.config().schema(), table.name));
    return false;
  }

  private record Log(long rows, long bytes, long oldestSeconds) {}

  static void log(Examination at) throws SQLException {
    var log =
        at.one(
            """
            SELECT greatest(reltuples, 0)::bigint, pg_total_relation_size(oid),
              coalesce((SELECT extract(epoch FROM clock_timestamp())::bigint - at / 1000 FROM segment ORDER BY position LIMIT 1), 0)
            FROM pg_class WHERE oid = 'segment'::regclass\
            """,
            row -> new Log(row.getLong(1), row.getLong(2), row.getLong(3)));
    if (log == null) return;
    at.ok(
        "log", Amounts.bytes(log.bytes),
        "The log of transitions takes %s in about %s segments; the oldest was written %s ago (7 days are kept)."
            .formatted(Amounts.bytes(log.bytes), Amounts.count(log.rows), Amounts.seconds(log.oldestSeconds)));
  }
}
