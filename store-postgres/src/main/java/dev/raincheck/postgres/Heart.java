package dev.raincheck.postgres;

import dev.raincheck.ledger.Pulse;
import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node's regular question, as one statement that is a transaction of its own, on a connection of its own:
 * neither a long batch nor many reads can hold up a lease. Used by one thread.
 */
final class Heart implements AutoCloseable {
  /**
   * Documents are few; whatever was changed among them changes this number. What runs is little, too, and
   * what has ended is not in the index that is looked through for orphans.
   */
  static final String PULSE =
      """
      WITH clock (now) AS MATERIALIZED (
        SELECT coalesce(?::bigint, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)),
      renewed AS (
        UPDATE owner SET lease_until = clock.now + ? FROM clock WHERE owner.id = ? AND ? > 0 RETURNING 1)
      SELECT
        clock.now,
        EXISTS (SELECT 1 FROM renewed),
        coalesce((SELECT max(position) FROM segment), 0),
        coalesce((
          SELECT bit_xor(hashtextextended(kind || '/' || tenant || '/' || version || '/' || encode(id, 'hex'), 0))
          FROM document WHERE version > 0), 0),
        least(
          (SELECT due FROM life WHERE due IS NOT NULL ORDER BY due, id LIMIT 1),
          (SELECT until FROM tombstone ORDER BY until, id LIMIT 1)),
        EXISTS (
          SELECT 1 FROM unnest(?::text[]) AS wanted (queue),
            LATERAL (SELECT 1 FROM life WHERE life.queue = wanted.queue AND state = 3 LIMIT 1) AS ready),
        EXISTS (
          SELECT 1 FROM life
          WHERE state < 7 AND state IN (4, 6) AND owner <> 0
            AND NOT EXISTS (SELECT 1 FROM owner WHERE owner.id = life.owner AND owner.lease_until > clock.now)),
        (%s)
      FROM clock\
      """
          .formatted(Submissions.ANY);

  private final Connections connections;
  private final StoreTime time;
  private @Nullable Connection connection;

  Heart(Connections connections, StoreTime time) {
    this.connections = connections;
    this.time = time;
  }

  Pulse beat(Pulse.Question question) {
    long lease = question.lease() == null ? 0 : question.lease().toMillis();
    try {
      var open = connection();
      try (var ask = open.prepareStatement(PULSE)) {
        ask.setObject(1, time.instead(), Types.BIGINT);
        ask.setLong(2, lease);
        ask.setLong(3, question.owner());
        ask.setLong(4, lease);
        ask.setArray(5, open.createArrayOf("text", question.queues().toArray()));
        try (var rows = ask.executeQuery()) {
          rows.next();
          return read(rows);
        }
      }
    } catch (SQLException e) {
      close();
      throw new StoreException("PostgreSQL does not answer: " + Failures.name(e), e);
    }
  }

  private static Pulse read(ResultSet row) throws SQLException {
    var due = row.getObject(5, Long.class);
    return new Pulse(
        row.getBoolean(2), row.getLong(3), row.getLong(4), due == null ? null : Instant.ofEpochMilli(due),
        row.getBoolean(6), row.getBoolean(7), row.getBoolean(8));
  }

  private Connection connection() throws SQLException {
    var open = connection;
    if (open == null) {
      open = connections.heart();
      connection = open;
    }
    return open;
  }

  @Override
  public void close() {
    var open = connection;
    connection = null;
    if (open == null) return;
    try {
      open.close();
    } catch (SQLException e) {
      // It is given up either way.
    }
  }
}
