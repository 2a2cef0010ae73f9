package dev.raincheck.postgres;

import dev.raincheck.ledger.OperationId;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.tenant.Tenants;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Submits and completes in an application's own transaction, on its own connection to the database that Raincheck
 * uses. Both only write: nothing is committed here, and no engine need run in the process. If the transaction
 * rolls back, nothing has happened; once it has committed, the operation is, or its end is recorded, whatever
 * becomes of this process.
 *
 * <pre>{@code
 * var raincheck = ApplicationTransactions.in("raincheck");
 * connection.setAutoCommit(false);
 * insertOrder(connection, order);
 * OperationId id = raincheck.submit(connection, NewOperation.of(1, "order.confirm", input));
 * connection.commit();
 * }</pre>
 *
 * Safe for many threads, each with a connection of its own. {@code docs/application-transactions.md} says which
 * rights the connection's user needs.
 */
public final class ApplicationTransactions {
  /** The longest input or result that a transaction takes, in bytes. */
  public static final int BYTES_MAX = 1 << 20;

  private static final String SUBMIT =
      "SELECT %s.hand_over(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, jsonb_object(?::text[]), ?)";
  private static final String COMPLETE = "SELECT %s.complete_bytes(?, ?, ?, ?)";

  /** What the function says of an attempt that is over. */
  private static final String LOST = "RC001";

  private final String submit;
  private final String complete;

  private ApplicationTransactions(String schema) {
    submit = SUBMIT.formatted(schema);
    complete = COMPLETE.formatted(schema);
  }

  /**
   * @param schema where Raincheck's tables are; {@code raincheck} unless the store's address says otherwise
   * @throws IllegalArgumentException if it is no name for one
   */
  public static ApplicationTransactions in(String schema) {
    return new ApplicationTransactions(PostgresConfig.schema(schema));
  }

  /**
   * Submits for a tenant by number, such as {@code context.operation().submission().tenant()}; 1 is the default one.
   *
   * <p>A key of idempotency is compared alone: if it was used for the type before, by whatever way, this id will
   * mean that operation, and the fingerprint is not looked at. Input must be in memory, at most {@link #BYTES_MAX}.
   *
   * @return the id that the operation has once the caller has committed
   * @throws IllegalArgumentException if it has a parent, or an input that is not in memory
   * @throws SQLException as the database says it; SQLSTATE 22023 for a value out of its range
   */
  public OperationId submit(Connection connection, NewOperation what) throws SQLException {
    return submit(connection, null, what.tenant(), what);
  }

  /**
   * As {@link #submit(Connection, NewOperation)}, for a tenant by name. One that is not known yet is made; the number
   * in {@code what} is not looked at.
   */
  public OperationId submit(Connection connection, String tenant, NewOperation what) throws SQLException {
    if (!Tenants.isName(tenant)) throw new IllegalArgumentException("no name for a tenant: " + tenant);
    return submit(connection, tenant, null, what);
  }

  private OperationId submit(
      Connection connection, @Nullable String tenant, @Nullable Integer number, NewOperation what)
      throws SQLException {
    if (what.parent() != null) {
      throw new IllegalArgumentException("an operation that is handed over in a transaction has no parent");
    }
    var deadline = what.deadline();
    try (var statement = connection.prepareStatement(submit)) {
      statement.setString(1, what.type());
      bytes(statement, 2, "an input", what.input());
      statement.setString(4, what.key());
      statement.setString(5, tenant);
      statement.setObject(6, number, Types.INTEGER);
      time(statement, 7, what.runAt());
      time(statement, 8, what.startBy());
      statement.setObject(9, deadline == null ? null : Math.toIntExact(deadline.toSeconds()), Types.INTEGER);
      statement.setString(10, what.lane());
      statement.setString(11, what.correlationId());
      statement.setArray(12, connection.createArrayOf("text", what.tags().toArray()));
      var pairs = new ArrayList<String>();
      what.metadata()
          .forEach(
              (name, value) -> {
                pairs.add(name);
                pairs.add(value);
              });
      statement.setArray(13, connection.createArrayOf("text", pairs.toArray()));
      statement.setString(14, what.traceparent());
      try (var row = statement.executeQuery()) {
        if (!row.next()) throw new SQLException("no answer to a submit");
        return OperationId.parse(row.getString(1)).orElseThrow();
      }
    }
  }

  /**
   * Records that this attempt has done its work, with the data that the caller's transaction changed. Call it last:
   * from here on the operation is held until the transaction ends, for 10 s of silence at most, and 30 s in
   * all from PostgreSQL 17 on. After the commit the handler returns {@code Result.completed()}.
   *
   * @param result in memory, at most {@link #BYTES_MAX}; null if the work gives none
   * @throws LostLeaseException if the attempt is over: roll back
   */
  public void complete(Connection connection, Context context, @Nullable Input result) throws SQLException {
    complete(connection, context.operationId(), context.epoch(), result);
  }

  /**
   * As {@link #complete(Connection, Context, Input)}, for whoever knows the operation and the epoch of its attempt: a
   * target that calls back, another process.
   */
  public void complete(Connection connection, OperationId operation, long epoch, @Nullable Input result)
      throws SQLException {
    try (var statement = connection.prepareStatement(complete)) {
      statement.setString(1, operation.text());
      statement.setLong(2, epoch);
      bytes(statement, 3, "a result", result);
      statement.execute();
    } catch (SQLException e) {
      if (LOST.equals(e.getSQLState())) throw new LostLeaseException(operation, epoch, e);
      throw e;
    }
  }

  private static void bytes(PreparedStatement statement, int at, String what, @Nullable Input input)
      throws SQLException {
    if (input == null || (input.size() == 0 && input.mediaType().isEmpty())) {
      statement.setBytes(at, null);
      statement.setString(at + 1, null);
      return;
    }
    if (!input.inMemory() || input.size() > BYTES_MAX) {
      throw new IllegalArgumentException(
          "%s in a transaction is at most %d bytes, not %d".formatted(what, BYTES_MAX, input.size()));
    }
    statement.setBytes(at, input.bytes());
    statement.setString(at + 1, input.mediaType());
  }

  private static void time(PreparedStatement statement, int at, @Nullable Instant time) throws SQLException {
    var utc = time == null ? null : time.atOffset(ZoneOffset.UTC);
    statement.setObject(at, utc, Types.TIMESTAMP_WITH_TIMEZONE);
  }
}
