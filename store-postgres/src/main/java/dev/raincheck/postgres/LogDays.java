package dev.raincheck.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's partitions, a day each: made two days ahead, dropped when all of them is old. Every step takes its locks
 * within a moment or gives up until the next time: whoever appends would wait behind it. What finds no day goes to
 * {@code segment_rest}, so that nothing depends on this being in time.
 */
final class LogDays implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogDays.class);

  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
  private static final int DAYS_AHEAD = 2;

  /** Appends of all nodes wait behind a lock that is waited for. */
  private static final String LOCK_TIMEOUT = "100ms";

  /** Nodes that start together take turns, so that none appends before there is a day to append to. */
  private static final String TURN = "SELECT pg_advisory_lock(hashtext('raincheck days'), hashtext(current_schema()))";

  private static final int TURN_SECONDS = 5;
  private static final int DELETED_MAX = 5_000;
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'segment_'uuuuMMdd").withZone(ZoneOffset.UTC);

  private static final String PARTITIONS =
      """
      SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'segment'::regclass ORDER BY c.relname\
      """;

  /** As the server writes a partition's bounds. */
  private static final Pattern BOUNDS =
      Pattern.compile("FOR VALUES FROM \\((MINVALUE|'-?\\d+')\\) TO \\('(-?\\d+)'\\)");

  /** The last segments of streams that have none outside of one partition; goes from stream to stream. */
  private static final String LAST =
      """
      WITH RECURSIVE streams AS (
        (SELECT stream FROM %1$s ORDER BY stream LIMIT 1)
        UNION ALL
        SELECT (SELECT next.stream FROM %1$s AS next WHERE next.stream > streams.stream ORDER BY next.stream LIMIT 1)
        FROM streams WHERE streams.stream IS NOT NULL)
      SELECT last.position
      FROM streams, LATERAL (
        SELECT position, first FROM %1$s AS own WHERE own.stream = streams.stream ORDER BY first DESC LIMIT 1) AS last
      WHERE NOT EXISTS (SELECT 1 FROM segment AS newer WHERE newer.stream = streams.stream AND newer.first > last.first)\
      """;

  private static final String KEEP =
      """
      INSERT INTO segment (position, stream, first, count, node, batch, at, entries)
      SELECT position, stream, first, count, node, batch, at, entries FROM %s WHERE position = ANY (?)\
      """;

  static final String TRIM_REST =
      """
      DELETE FROM segment_rest WHERE position IN (
        SELECT old.position FROM segment_rest AS old
        WHERE old.at < ? AND EXISTS (
          SELECT 1 FROM segment AS newer WHERE newer.stream = old.stream AND newer.first > old.first)
        ORDER BY old.position LIMIT ? FOR UPDATE SKIP LOCKED)\
      """;

  private record Partition(String name, long from, long to) {
    boolean holds(long millis) {
      return from <= millis && millis < to;
    }
  }

  private final Connections connections;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("raincheck-days").factory());
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile long nextMade = Long.MIN_VALUE;
  private volatile long nextDropped = Long.MIN_VALUE;

  LogDays(Connections connections) {
    this.connections = connections;
  }

  /** At a start: there should be a day before anything is appended. */
  void begin(Connection connection, long now) throws SQLException {
    try {
      keep(connection, now, Long.MIN_VALUE);
    } catch (SQLException e) {
      if (Failures.of(e) != Failures.COLLISION) throw e;
      log.info("the log's days are looked after later: others were in the way");
    }
  }

  /** The log may be forgotten before a moment. Never waits; mostly there is nothing to do. */
  void trim(Instant now, Instant before) {
    if (now.toEpochMilli() < nextMade && before.toEpochMilli() < nextDropped) return;
    if (underWay.compareAndSet(false, true)) thread.execute(() -> run(now.toEpochMilli(), before.toEpochMilli()));
  }

  private void run(long now, long before) {
    try (var connection = connections.plain()) {
      keep(connection, now, before);
    } catch (SQLException e) {
      log.warn("the log's days were not looked after; it is tried again: {}", Failures.name(e));
    } catch (RuntimeException e) {
      log.error("the log's days were not looked after", e);
    } finally {
      underWay.set(false);
    }
  }

  /** Makes what is missing, and drops what is older than {@code before}. */
  private void keep(Connection connection, long now, long before) throws SQLException {
    connection.setAutoCommit(true);
    try (var statement = connection.createStatement()) {
      statement.execute("SET lock_timeout = '" + TURN_SECONDS + "s'");
      statement.execute(TURN);
      statement.execute("SET lock_timeout = '" + LOCK_TIMEOUT + "'");
      connection.setAutoCommit(false);
      long today = Math.floorDiv(now, DAY_MILLIS) * DAY_MILLIS;
      var partitions = partitions(statement);
      for (int ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
        long day = today + ahead * DAY_MILLIS;
        if (partitions.stream().noneMatch(one -> one.holds(day))) make(statement, day);
      }
      nextMade = today + DAY_MILLIS;
      for (var one : partitions) if (one.to <= before) drop(connection, one);
      trimRest(connection, before);
      nextDropped = partitions(statement).stream().mapToLong(Partition::to).min().orElse(Long.MAX_VALUE);
    }
  }

  private static List<Partition> partitions(Statement statement) throws SQLException {
    var partitions = new ArrayList<Partition>();
    try (var rows = statement.executeQuery(PARTITIONS)) {
      while (rows.next()) {
        var bounds = BOUNDS.matcher(rows.getString(2));
        if (!bounds.matches()) continue; // The rest.
        var from = bounds.group(1);
        long first = from.equals("MINVALUE") ? Long.MIN_VALUE : Long.parseLong(from.replace("'", ""));
        partitions.add(new Partition(rows.getString(1), first, Long.parseLong(bounds.group(2))));
      }
    }
    return partitions;
  }

  /** Made apart and then attached, which does not keep others from reading and appending for long. */
  private static void make(Statement statement, long day) throws SQLException {
    var name = NAME.format(Instant.ofEpochMilli(day));
    try {
      statement.execute("CREATE TABLE " + name + " (LIKE segment INCLUDING CONSTRAINTS)");
      statement.execute("ALTER TABLE " + name + " ADD PRIMARY KEY (position)");
      statement.execute("CREATE UNIQUE INDEX " + name + "_stream ON " + name + " (stream, first)");
      statement.execute(
          "ALTER TABLE segment ATTACH PARTITION %s FOR VALUES FROM (%d) TO (%d)".formatted(name, day, day + DAY_MILLIS));
      statement.getConnection().commit();
    } catch (SQLException e) {
      statement.getConnection().rollback();
      if (Failures.of(e) != Failures.VALUE) throw e;
      log.info("{} is not made: what belongs there has been written elsewhere already", name);
    }
  }

  private static void drop(Connection connection, Partition old) throws SQLException {
    try (var statement = connection.createStatement();
        var keep = connection.prepareStatement(KEEP.formatted(old.name))) {
      // Nobody writes into a day that is over; should somebody, then before or after this.
      statement.execute("LOCK TABLE " + old.name + " IN SHARE MODE");
      var kept = new ArrayList<Long>();
      try (var rows = statement.executeQuery(LAST.formatted(old.name))) {
        while (rows.next()) kept.add(rows.getLong(1));
      }
      statement.execute("ALTER TABLE segment DETACH PARTITION " + old.name);
      keep.setArray(1, connection.createArrayOf("int8", kept.toArray()));
      keep.executeUpdate();
      statement.execute("DROP TABLE " + old.name);
      connection.commit();
      log.info("{} is dropped; {} streams keep their last segment", old.name, kept.size());
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  private static void trimRest(Connection connection, long before) throws SQLException {
    try (var trim = connection.prepareStatement(TRIM_REST)) {
      trim.setLong(1, before);
      trim.setInt(2, DELETED_MAX);
      int deleted;
      do {
        deleted = trim.executeUpdate();
        connection.commit();
      } while (deleted == DELETED_MAX);
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
