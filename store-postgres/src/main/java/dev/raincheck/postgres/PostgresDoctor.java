package dev.raincheck.postgres;

import dev.raincheck.doctor.Finding;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks at a PostgreSQL database as Raincheck needs it to be. It opens one connection that can only read, asks
 * for at most half a minute, and waits for no lock longer than a moment: it may be run at any time.
 */
public final class PostgresDoctor {
  private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(30);

  /** Asked of the catalogue, which needs no right to the schema. */
  private static final String TABLES =
      """
      SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = 'schema_version'\
      """;

  private PostgresDoctor() {}

  /**
   * @param clock of this machine, to be compared with the server's
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   * @return what was found, in the order in which it was looked at; a server that cannot be reached is one problem of
   *     the check {@code reachable}
   */
  public static List<Finding> examine(PostgresConfig config, InstantSource clock, LongSupplier nanos) {
    return examine(config, clock, nanos, OldTransactions.OLD_SECONDS);
  }

  /** @param oldSeconds from when on a transaction is old */
  static List<Finding> examine(PostgresConfig config, InstantSource clock, LongSupplier nanos, long oldSeconds) {
    try (var connection = new Connections(config).doctor()) {
      var examination = new Examination(connection, config, nanos, nanos.getAsLong() + NANOS_MAX);
      examination.ok("reachable", "", "The server at %s answers.".formatted(config.location()));
      var server = new ServerCheck(clock);
      examination.look("server", server::versionAndRole);
      examination.look("durability", server::durability);
      examination.look("standbys", server::standbys);
      examination.look("tls", server::tls);
      examination.look("clock", server::clock);
      examination.look("connections", server::connections);
      examination.look("wraparound", server::wraparound);
      var old = new OldTransactions(oldSeconds);
      examination.look("old-transactions", old::sessions);
      examination.look("prepared-transactions", old::prepared);
      examination.look("replication-slots", OldTransactions::slots);
      examination.look("sessions", SessionCheck::look);
      examination.look("autovacuum", TableCheck::autovacuum);
      if (examination.number(TABLES, config.schema()) == 0) {
        examination.warn(
            "schema",
            "",
            "There are no tables of Raincheck in the schema %s.".formatted(config.schema()),
            "The first node that starts makes them; if there should be some, the database or schema is another one.");
        return examination.findings();
      }
      examination.look("schema", WorkCheck::schema);
      examination.look("tables", TableCheck::tables);
      examination.look("log", TableCheck::log);
      var work = new WorkCheck();
      examination.look("nodes", work::nodes);
      examination.look("ready", work::ready);
      examination.look("due", work::due);
      examination.look("orphans", work::orphans);
      examination.look("unreadable", work::unreadable);
      examination.look("blobs", work::blobs);
      return examination.findings();
    } catch (SQLException e) {
      return List.of(unreachable(config, e));
    }
  }

  private static Finding unreachable(PostgresConfig config, SQLException e) {
    return Finding.problem(
        "reachable",
        "",
        "The server at %s cannot be asked: %s.".formatted(config.location(), PostgresStore.message(e)),
        "See that it runs, that this machine may connect, and that user, password and TLS are right.");
  }
}
