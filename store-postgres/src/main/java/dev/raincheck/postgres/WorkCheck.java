package dev.raincheck.postgres;

import dev.raincheck.blob.Blobs;
import dev.raincheck.doctor.Amounts;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.StoreException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** Whether work gets done: nodes, what is ready, what is late, what nobody holds any more. */
final class WorkCheck {
  /** A node that dies is found out 15 s later, and what it ran is given to others within a few more. */
  private static final long ORPHAN_SECONDS = 20;

  private static final long LATE_WARNING_SECONDS = 5;
  private static final long LATE_PROBLEM_SECONDS = 60;
  private static final long READY_SECONDS = 60;
  private static final int READ_MAX = 1_000;
  private static final int BLOBS_MAX = 1_000;

  /** The server's time as a whole number of seconds. */
  private static final String NOW = "extract(epoch FROM clock_timestamp())::bigint";

  private boolean someNodeRuns;

  static void schema(Examination at) throws SQLException {
    long version = at.number("SELECT version FROM schema_version");
    var figure = "%d, this program's is %d".formatted(version, Schema.VERSION);
    if (version > Schema.VERSION) {
      at.problem(
          "schema", figure, "The tables are of version %d, and this program knows %d.".formatted(version, Schema.VERSION),
          "Nodes of this version that run already go on; new ones are refused. Start a newer Raincheck.");
    } else if (version < Schema.VERSION) {
      at.warn(
          "schema", figure, "The tables are of version %d, older than this program's.".formatted(version),
          "The next node of this version that starts brings them up, without stopping the others.");
    } else {
      at.ok("schema", String.valueOf(version), "The tables are of this program's version, %d.".formatted(version));
    }
  }

  private record Nodes(long alive, long over, long newestSecondsOver) {}

  void nodes(Examination at) throws SQLException {
    var nodes =
        at.one(
            """
            SELECT count(*) FILTER (WHERE lease_until / 1000 > %1$s), count(*) FILTER (WHERE lease_until / 1000 <= %1$s),
              coalesce(min(%1$s - lease_until / 1000), 0)
            FROM owner\
            """
                .formatted(NOW),
            row -> new Nodes(row.getLong(1), row.getLong(2), row.getLong(3)));
    if (nodes == null) return;
    someNodeRuns = nodes.alive > 0;
    if (someNodeRuns) {
      at.ok(
          "nodes", nodes.alive + " alive",
          "%d nodes hold a lease; of the past day, %d sessions are over.".formatted(nodes.alive, nodes.over));
    } else {
      at.warn(
          "nodes", "0 alive",
          nodes.over == 0
              ? "No node runs."
              : "No node runs: the last lease was over %s ago.".formatted(Amounts.seconds(nodes.newestSecondsOver)),
          "Start one: raincheck serve.");
    }
  }

  private record Ready(String queue, long count, long oldestSeconds) {
    @Override
    public String toString() {
      return "%s %s, the oldest accepted %s ago".formatted(queue, Amounts.count(count), Amounts.seconds(oldestSeconds));
    }
  }

  void ready(Examination at) throws SQLException {
    var ready =
        at.list(
            """
            SELECT queue, count(*), %s - min(created_at) / 1000 FROM life
            WHERE state < 7 AND state = 3 GROUP BY queue ORDER BY 3 DESC LIMIT 10\
            """
                .formatted(NOW),
            row -> new Ready(row.getString(1), row.getLong(2), row.getLong(3)));
    if (ready.isEmpty()) {
      at.ok("ready", "0", "No operation waits for a slot.");
      return;
    }
    var oldest = ready.getFirst();
    var figure = Amounts.seconds(oldest.oldestSeconds);
    var text =
        "Operations that may start wait for a slot: %s."
            .formatted(ready.stream().map(Ready::toString).collect(Collectors.joining("; ")));
    if (oldest.oldestSeconds < READY_SECONDS) {
      at.ok("ready", figure, text);
    } else {
      at.warn(
          "ready", figure, text,
          someNodeRuns
              ? "See below what binds. If no node performs a type of that queue, start one that does."
              : "No node runs that could start them.");
    }
  }

  void due(Examination at) throws SQLException {
    long late =
        Math.max(
            at.number("SELECT coalesce(%s - min(due) / 1000, 0) FROM life WHERE due IS NOT NULL".formatted(NOW)),
            at.number("SELECT coalesce(%s - min(until) / 1000, 0) FROM tombstone".formatted(NOW)));
    var figure = Amounts.seconds(Math.max(0, late));
    if (late < LATE_WARNING_SECONDS) {
      at.ok("due", figure, "Nothing that is due is late.");
      return;
    }
    var text = "What is due longest (a start, a retry, a time-out or a removal) is %s late.".formatted(figure);
    var advice =
        someNodeRuns
            ? "Nodes look every second: see their logs for chores that fail, and whether the store is what binds."
            : "No node runs that could do it.";
    if (late < LATE_PROBLEM_SECONDS) at.warn("due", figure, text, advice);
    else at.problem("due", figure, text, advice);
  }

  private record Orphans(long count, long owners, long seconds) {}

  void orphans(Examination at) throws SQLException {
    var orphans =
        at.one(
            """
            SELECT count(*), count(DISTINCT l.owner), coalesce(max(%1$s - o.lease_until / 1000), 0)
            FROM life AS l LEFT JOIN owner AS o ON o.id = l.owner
            WHERE l.state < 7 AND l.state IN (4, 6) AND l.owner <> 0
              AND (o.id IS NULL OR o.lease_until / 1000 <= %1$s)\
            """
                .formatted(NOW),
            row -> new Orphans(row.getLong(1), row.getLong(2), row.getLong(3)));
    if (orphans == null || orphans.count == 0) {
      at.ok("orphans", "0", "No operation is held by a node whose lease is over.");
      return;
    }
    var figure = Amounts.count(orphans.count);
    var text =
        "%s operations are held by %d nodes whose lease is over, the longest for %s."
            .formatted(figure, orphans.owners, Amounts.seconds(orphans.seconds));
    if (!someNodeRuns) {
      at.problem("orphans", figure, text, "No node runs that could take them over. Start one.");
    } else if (orphans.seconds > ORPHAN_SECONDS) {
      at.problem(
          "orphans", figure, text,
          "Others take over within seconds, unless the store was away less than 15 s ago: see the nodes' logs.");
    } else {
      at.warn("orphans", figure, text, "Others take over within seconds. Look again, and see why that node ended.");
    }
  }

  void unreadable(Examination at) throws SQLException {
    var readable =
        at.list(
            """
            SELECT l.id, o.asked, l.life FROM life AS l JOIN operation AS o ON o.id = l.id
            WHERE l.state < 7 LIMIT %d\
            """
                .formatted(READ_MAX),
            WorkCheck::isReadable);
    long unreadable = readable.stream().filter(one -> !one).count();
    if (unreadable == 0) {
      at.ok(
          "unreadable", "0 of " + readable.size(),
          "This version can read all of the %d unfinished operations that were looked at.".formatted(readable.size()));
    } else {
      at.warn(
          "unreadable", "%d of %d".formatted(unreadable, readable.size()),
          "%d of %d unfinished operations cannot be read by this version, which passes over them."
              .formatted(unreadable, readable.size()),
          "While a cluster is being upgraded, newer nodes do them. Otherwise start the version that wrote them.");
    }
  }

  private static boolean isReadable(ResultSet row) throws SQLException {
    try {
      var unused = OperationCodec.read(PackedKey.id(row.getBytes(1)), row.getBytes(2), row.getBytes(3));
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  void blobs(Examination at) throws SQLException {
    long old = 2 * Blobs.ORPHAN_AGE.toMillis();
    long orphans =
        at.number(
            """
            SELECT count(*) FROM (
              SELECT 1 FROM blob AS b
              WHERE b.written_at < floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint - ?
                AND NOT EXISTS (SELECT 1 FROM blob_reference AS r WHERE r.blob = b.id)
              LIMIT %d) AS one\
            """
                .formatted(BLOBS_MAX),
            old);
    var figure = (orphans == BLOBS_MAX ? "at least " : "") + Amounts.count(orphans);
    if (orphans == 0) {
      at.ok("blobs", figure, "No blob is left that nothing refers to.");
    } else {
      at.warn(
          "blobs", figure, "%s blobs are more than two days old, and nothing refers to them.".formatted(figure),
          "Each node sweeps once an hour what is a day old: see whether one runs, and what its log says of the sweep.");
    }
  }
}
