package dev.raincheck.postgres;

import dev.raincheck.ledger.Pulse;
import dev.raincheck.ledger.StoreException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node's regular question, as one statement that is a transaction of its own, on a connection of its own:
 * neither a long batch nor many reads can hold up a lease. Used by one thread.
 */
final class Heart implements AutoCloseable {
  /** Documents and sessions are few; whatever was changed among them changes a number. */
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
          (SELECT due FROM life WHERE due >= ? ORDER BY due, id LIMIT 1),
          (SELECT until FROM tombstone WHERE until >= ? ORDER BY until, id LIMIT 1)),
        coalesce((SELECT bit_xor(id) FROM owner WHERE lease_until <= clock.now), 0),
        CASE WHEN ? THEN (%s) ELSE true END,
        CASE WHEN ? THEN EXISTS (SELECT 1 FROM outbox) ELSE true END
      FROM clock\
      """
          .formatted(Submissions.ANY);

  /**
   * Under an old snapshot a look at what applications left goes past all that was moved since. A lease must not
   * wait for that: after a slow answer, whoever moves rows looks for himself for a while.
   */
  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int WITHOUT_LOOK = 30;

  private final Connections connections;
  private final StoreTime time;
  private final DueMark due;
  private final LongSupplier nanos;
  private @Nullable Connection connection;
  private int withoutLook;

  Heart(Connections connections, StoreTime time, DueMark due, LongSupplier nanos) {
    this.connections = connections;
    this.time = time;
    this.due = due;
    this.nanos = nanos;
  }

  Pulse beat(Pulse.Question question) {
    boolean looks = withoutLook == 0;
    if (!looks) withoutLook--;
    long began = nanos.getAsLong();
    try {
      return ask(question, looks);
    } finally {
      if (looks && nanos.getAsLong() - began > SLOW_NANOS) withoutLook = WITHOUT_LOOK;
    }
  }

  private Pulse ask(Pulse.Question question, boolean looks) {
    long lease = question.lease() == null ? 0 : question.lease().toMillis();
    try {
      var open = connection();
      try (var ask = open.prepareStatement(PULSE)) {
        ask.setObject(1, time.instead(), Types.BIGINT);
        ask.setLong(2, lease);
        ask.setLong(3, question.owner());
        ask.setLong(4, lease);
        long from = due.orWhole();
        ask.setLong(5, from);
        ask.setLong(6, from);
        ask.setBoolean(7, looks);
        ask.setBoolean(8, looks);
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

  private Pulse read(ResultSet row) throws SQLException {
    var next = row.getObject(5, Long.class);
    time.heard(row.getLong(1));
    due.found(row.getLong(1), next == null ? Long.MAX_VALUE : next);
    return new Pulse(
        row.getBoolean(2), row.getLong(3), row.getLong(4), next == null ? null : Instant.ofEpochMilli(next),
        row.getLong(6), row.getBoolean(7), row.getBoolean(8));
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
