package dev.raincheck.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Fact;
import dev.raincheck.ledger.OutboxRow;
import dev.raincheck.ledger.Reader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table into which applications put events. A row is seen when its transaction has committed, however late
 * that is; and whoever could only write after another transaction had committed has a higher number, and is
 * seen later. So all that a snapshot shows, moved in the order of numbers, has the events of a key in their
 * order; nobody need ask which transactions are still open.
 */
final class Outbox {
  /** One node at a time: else two would move parts of the same and wait for each other. */
  private static final String LOCK = "SELECT 1 FROM outbox_mover FOR UPDATE SKIP LOCKED";

  static final String WAITING =
      """
      SELECT seq, coalesce(octet_length(payload::text), 0), floor(extract(epoch FROM created_at) * 1000)::bigint
      FROM outbox ORDER BY seq LIMIT ?\
      """;

  static final String ROWS =
      """
      SELECT o.seq, o.tenant, o.aggregatetype, o.aggregateid, o.id::text, o.type,
        floor(extract(epoch FROM o.created_at) * 1000)::bigint,
        CASE WHEN octet_length(p.json) <= ? THEN p.json END, coalesce(octet_length(p.json), 0), o.tracingspancontext
      FROM outbox AS o, LATERAL (SELECT o.payload::text AS json OFFSET 0) AS p
      WHERE o.seq = ANY (?) ORDER BY o.seq FOR UPDATE OF o SKIP LOCKED\
      """;

  /** Those of the same that can be seen: what is here and was not locked is held by somebody else. */
  static final String VISIBLE =
      "SELECT seq, tenant, aggregatetype, aggregateid FROM outbox WHERE seq = ANY (?) ORDER BY seq";

  static final String SET_ASIDE =
      """
      INSERT INTO outbox_problem (seq, id, aggregatetype, aggregateid, type, payload, tracingspancontext, tenant,
        created_at, problem)
      SELECT o.seq, o.id, o.aggregatetype, o.aggregateid, o.type, o.payload, o.tracingspancontext, o.tenant,
        o.created_at, bad.problem
      FROM unnest(?::bigint[], ?::text[]) AS bad (seq, problem) JOIN outbox AS o ON o.seq = bad.seq\
      """;
  static final String DELETE = "DELETE FROM outbox WHERE seq = ANY (?)";

  private record Key(String tenant, String topic, String key) {}

  private final List<OutboxRow> locked = new ArrayList<>();
  private final Set<Long> mine = new HashSet<>();
  private final Set<Key> heldBack = new HashSet<>();
  private final Set<Long> late = new HashSet<>();

  // ---- before anything is locked

  static List<Reader.Waiting> waiting(TimedStatements statements, int atMost) throws SQLException {
    var find = statements.of(WAITING);
    find.setInt(1, atMost);
    var waiting = new ArrayList<Reader.Waiting>();
    try (var rows = find.executeQuery()) {
      while (rows.next()) {
        waiting.add(new Reader.Waiting(rows.getLong(1), rows.getLong(2), Instant.ofEpochMilli(rows.getLong(3))));
      }
    }
    return waiting;
  }

  // ---- in the ledger's transaction

  static List<OutboxRow> lock(List<Long> numbers, LedgerTx tx) {
    int[] free = tx.send(new Message().ask(LOCK, _ -> {}), "lock the outbox");
    if (free[0] == 0) return List.of();
    var wanted = numbers.toArray(Long[]::new);
    var outbox = new Outbox();
    tx.send(
        new Message()
            .ask(ROWS, outbox::take, Fact.DATA_MAX, wanted)
            .ask(VISIBLE, outbox::see, (Object) wanted),
        "lock the outbox");
    return outbox.locked.stream().filter(row -> !outbox.late.contains(row.number())).toList();
  }

  private void take(ResultSet row) throws SQLException {
    var json = row.getString(8);
    mine.add(row.getLong(1));
    locked.add(
        new OutboxRow(
            row.getLong(1),
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            Instant.ofEpochMilli(row.getLong(7)),
            json == null ? null : json.getBytes(UTF_8),
            row.getLong(9),
            row.getString(10)));
  }

  /** In ascending order: what follows a row that is held, with its key, must not overtake it. */
  private void see(ResultSet row) throws SQLException {
    long number = row.getLong(1);
    var key = new Key(row.getString(2), row.getString(3), row.getString(4));
    if (!mine.contains(number)) heldBack.add(key);
    else if (heldBack.contains(key)) late.add(number);
  }

  // ---- with the commit

  static void save(List<Batch.Taken> taken, Message message) {
    if (taken.isEmpty()) return;
    var aside = taken.stream().filter(row -> row.problem() != null).toList();
    if (!aside.isEmpty()) {
      message.add(
          SET_ASIDE, Columns.longs(aside, Batch.Taken::number), Columns.texts(aside, Batch.Taken::problem));
    }
    message.add(DELETE, (Object) Columns.longs(taken, Batch.Taken::number));
  }
}
