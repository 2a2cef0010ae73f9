package dev.raincheck.postgres;

import dev.raincheck.doctor.Amounts;
import java.sql.SQLException;

/** Raincheck's own sessions: whether one stands still in a transaction, or waits for somebody. */
final class SessionCheck {
  /** Between two messages of a batch a healthy node needs milliseconds. */
  private static final long STILL_MILLIS = 2_000;

  private static final long WAIT_MILLIS = 1_000;

  private SessionCheck() {}

  private record Session(
      int pid, String program, String state, long millis, String waitsFor, String event, String blockers) {}

  static void look(Examination at) throws SQLException {
    var sessions =
        at.list(
            """
            SELECT s.pid, s.application_name, coalesce(s.state, ''),
              coalesce(extract(epoch FROM clock_timestamp() - CASE WHEN s.state = 'active' THEN s.query_start ELSE s.state_change END)
                * 1000, 0)::bigint,
              coalesce(s.wait_event_type, ''), coalesce(s.wait_event, ''),
              coalesce((
                SELECT string_agg(format('%s (process %s, user %s)', nullif(b.application_name, ''), b.pid, b.usename), ', ')
                FROM pg_stat_activity AS b WHERE b.pid = ANY (pg_blocking_pids(s.pid))), '')
            FROM pg_stat_activity AS s
            WHERE s.datname = current_database() AND s.application_name LIKE 'raincheck%' AND s.pid <> pg_backend_pid()
              AND (s.state LIKE 'idle in transaction%' OR s.wait_event_type IN ('Lock', 'IPC'))\
            """,
            row ->
                new Session(
                    row.getInt(1), row.getString(2), row.getString(3), row.getLong(4), row.getString(5),
                    row.getString(6), row.getString(7)));
    boolean fine = true;
    for (var one : sessions) fine &= tell(at, one);
    if (fine) at.ok("sessions", "", "No session of Raincheck stands still in a transaction or waits for a lock.");
  }

  private static boolean tell(Examination at, Session one) {
    var figure = Amounts.millis(one.millis);
    if (one.event.equals("SyncRep") && one.millis > WAIT_MILLIS) {
      at.problem(
          "sessions", figure, "'%s' (process %d) has waited %s for a synchronous standby.".formatted(one.program, one.pid, figure),
          "Bring the standby back, or take it out of synchronous_standby_names.");
    } else if (one.waitsFor.equals("Lock") && one.millis > WAIT_MILLIS) {
      at.warn(
          "sessions", figure,
          "'%s' (process %d) has waited %s for a lock that %s holds."
              .formatted(one.program, one.pid, figure, one.blockers.isEmpty() ? "somebody" : one.blockers),
          "If that is not another node at work, end its transaction. Nobody else should lock Raincheck's tables.");
    } else if (one.state.startsWith("idle in transaction") && one.millis > STILL_MILLIS) {
      at.warn(
          "sessions", figure,
          "'%s' (process %d) has stood still in a transaction for %s: its node is paused, or short of CPU."
              .formatted(one.program, one.pid, figure),
          "Look at that node. The server ends such a session after 10 s, and its batch is undone.");
    } else {
      return true;
    }
    return false;
  }
}
