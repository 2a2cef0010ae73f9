package dev.raincheck.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real server for all tests of this process; each test has a schema of its own. {@code
 * -Draincheck.postgres=<port>} takes one that runs already, of another version perhaps, with {@code fsync} off
 * and open to {@code postgres}.
 */
final class TestServer {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static final String GIVEN = System.getProperty("raincheck.postgres");
  private static final int PORT = GIVEN == null ? start() : Integer.parseInt(GIVEN);

  private TestServer() {}

  private static int start() {
    try {
      // Without fsync, as the library starts it: nobody cuts the power.
      return EmbeddedPostgres.builder()
          .setServerConfig("max_connections", "100")
          .setServerConfig("shared_buffers", "64MB")
          .start()
          .getPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int port() {
    return PORT;
  }

  /** A schema that nobody has used, in a server whose commits need not wait for the disk. */
  static PostgresConfig config() {
    return at(port()).withSchema("test_" + SCHEMAS.incrementAndGet());
  }

  static PostgresConfig at(int port) {
    return PostgresConfig.of("postgresql://postgres:postgres@127.0.0.1:" + port + "/postgres").withStrict(false);
  }

  /** Somebody else's hand in the database. */
  static Connection connect(PostgresConfig config) throws SQLException {
    var connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + PORT + "/postgres", "postgres", "postgres");
    try (var statement = connection.createStatement()) {
      statement.execute("SET search_path = " + config.schema());
    }
    return connection;
  }

  static void edit(PostgresConfig config, String sql) throws SQLException {
    try (var connection = connect(config);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The number that a query gives. */
  static long number(PostgresConfig config, String sql) throws SQLException {
    try (var connection = connect(config);
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  static PostgresStore open(PostgresConfig config, InstantSource clock) {
    return PostgresStore.open(config, () -> nanos(clock), clock);
  }

  static long nanos(InstantSource clock) {
    return Duration.between(Instant.EPOCH, clock.instant()).toNanos();
  }

}
