package dev.raincheck.postgres;

import dev.raincheck.doctor.Amounts;
import java.sql.SQLException;

/**
 * Whatever keeps dead rows from being removed. A snapshot holds them back in its own database; a transaction that
 * has written does so in all databases of the server, because every snapshot elsewhere counts it as under way.
 */
final class OldTransactions {
  /** Raincheck's own transactions are a thousand times shorter. */
  static final long OLD_SECONDS = 60;

  private static final int BAD_TIMES = 10;

  /** A snapshot this many transactions old has seen no vacuum succeed for a while. */
  private static final long FAR_BEHIND = 100_000;

  private static final long WAL_WARNING = 1L << 30;
  private static final int TOLD_MAX = 10;

  private final long oldSeconds;

  OldTransactions(long oldSeconds) {
    this.oldSeconds = oldSeconds;
  }

  private record Session(
      int pid, String database, boolean here, String user, String program, String state, long seconds,
      long snapshotAge, long writeAge) {
    boolean holdsBackHere() {
      return writeAge >= 0 || here && snapshotAge >= 0;
    }

    String who() {
      return "%s (process %d, user %s, %s)".formatted(program.isEmpty() ? "A program" : program, pid, user, state);
    }
  }

  void sessions(Examination at) throws SQLException {
    var old =
        at.list(
            """
            SELECT pid, coalesce(datname, ''), coalesce(datname = current_database(), true), coalesce(usename, ''),
              coalesce(application_name, ''), coalesce(state, backend_type),
              coalesce(extract(epoch FROM clock_timestamp() - xact_start)::bigint, 0),
              coalesce(age(backend_xmin), -1), coalesce(age(backend_xid), -1)
            FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'
              AND (xact_start < clock_timestamp() - ? * interval '1 second'
                OR (backend_type = 'walsender' AND age(backend_xmin) > ?))
            ORDER BY xact_start\
            """,
            row ->
                new Session(
                    row.getInt(1), row.getString(2), row.getBoolean(3), row.getString(4), row.getString(5),
                    row.getString(6), row.getLong(7), row.getLong(8), row.getLong(9)),
            oldSeconds,
            FAR_BEHIND);
    old.stream().limit(TOLD_MAX).forEach(one -> tell(at, one));
    if (old.size() > TOLD_MAX) {
      at.warn(
          "old-transactions", String.valueOf(old.size()), "There are %d more like these.".formatted(old.size() - TOLD_MAX),
          "See pg_stat_activity.");
    }
    if (old.isEmpty()) {
      at.ok("old-transactions", "0", "No transaction of any database has been open for more than %d s.".formatted(oldSeconds));
    }
    hidden(at);
  }

  private static void hidden(Examination at) throws SQLException {
    long hidden =
        at.number(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE backend_type IS NULL OR query = '<insufficient privilege>' AND usename <> current_user\
            """);
    if (hidden == 0) return;
    at.warn(
        "old-transactions", hidden + " hidden",
        "%d sessions of other users may not be looked into, and may hold old transactions.".formatted(hidden),
        "GRANT pg_monitor to the user of `store`, or run this with one who has it.");
  }

  private void tell(Examination at, Session one) {
    var where = one.here ? "" : " in the database " + one.database;
    var open = one.who() + " has had a transaction open for " + Amounts.seconds(one.seconds) + where;
    var figure = Amounts.seconds(one.seconds);
    var end = "End it: SELECT pg_terminate_backend(%d); and have its program commit sooner.".formatted(one.pid);
    if (one.holdsBackHere()) {
      var text = open + ". It holds back the removal of dead rows, so tables grow and claims slow down.";
      if (one.seconds >= BAD_TIMES * oldSeconds) at.problem("old-transactions", figure, text, end);
      else at.warn("old-transactions", figure, text, end);
    } else if (one.snapshotAge >= 0) {
      at.warn(
          "old-transactions", figure,
          open + ". It holds back the removal of dead rows there and in the tables that all databases share.", end);
    } else {
      at.warn("old-transactions", figure, open + ". It holds no snapshot now, but may hold locks.", end);
    }
  }

  private record Prepared(String name, String database, String owner, long seconds) {}

  void prepared(Examination at) throws SQLException {
    var old =
        at.list(
            """
            SELECT gid, database, owner, extract(epoch FROM clock_timestamp() - prepared)::bigint
            FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - ? * interval '1 second' ORDER BY prepared LIMIT ?\
            """,
            row -> new Prepared(row.getString(1), row.getString(2), row.getString(3), row.getLong(4)),
            oldSeconds,
            TOLD_MAX);
    for (var one : old) {
      at.problem(
          "prepared-transactions", Amounts.seconds(one.seconds),
          "The prepared transaction '%s' of %s in the database %s is %s old. It holds back the removal of dead rows, and survives restarts."
              .formatted(one.name, one.owner, one.database, Amounts.seconds(one.seconds)),
          "Ask its transaction manager how it ended, then COMMIT PREPARED or ROLLBACK PREPARED it in that database.");
    }
    if (old.isEmpty()) at.ok("prepared-transactions", "0", "No transaction is left prepared.");
  }

  private record Slot(String name, String database, boolean active, long age, long kept, String status) {}

  static void slots(Examination at) throws SQLException {
    var slots =
        at.list(
            """
            SELECT slot_name, coalesce(database, ''), active, coalesce(greatest(age(xmin), age(catalog_xmin)), -1),
              coalesce(pg_wal_lsn_diff(
                CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,
                restart_lsn), 0)::bigint,
              coalesce(wal_status, '')
            FROM pg_replication_slots ORDER BY slot_name\
            """,
            row ->
                new Slot(
                    row.getString(1), row.getString(2), row.getBoolean(3), row.getLong(4), row.getLong(5), row.getString(6)));
    boolean fine = true;
    for (var slot : slots) fine &= tell(at, slot);
    if (fine) at.ok("replication-slots", String.valueOf(slots.size()), "No replication slot holds anything back.");
  }

  private static boolean tell(Examination at, Slot slot) {
    var figure = Amounts.bytes(slot.kept);
    var drop = "Bring its reader back, or SELECT pg_drop_replication_slot('%s');".formatted(slot.name);
    if (slot.status.equals("lost")) {
      at.problem(
          "replication-slots", figure,
          "The replication slot '%s' has lost the log that its reader still needs.".formatted(slot.name),
          "Its reader must begin anew; then drop the slot.");
    } else if (!slot.active) {
      at.warn(
          "replication-slots", figure,
          "Nobody reads the replication slot '%s'. It keeps %s of log%s."
              .formatted(slot.name, figure, slot.age >= 0 ? " and holds back the removal of dead rows" : ""),
          drop);
    } else if (slot.age > FAR_BEHIND || slot.kept > WAL_WARNING) {
      at.warn(
          "replication-slots", figure,
          "The reader of the replication slot '%s' is %s of log and %s transactions behind."
              .formatted(slot.name, figure, Amounts.count(Math.max(0, slot.age))),
          "See why it is slow; until it has caught up, log and dead rows stay.");
    } else {
      return true;
    }
    return false;
  }
}
