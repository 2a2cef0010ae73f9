package dev.raincheck.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL server that waits for the disk, in processes of its own, with a database for each of who is measured. */
final class Server implements AutoCloseable {
  private final Child process;
  private final int port;
  private final Connection connection;

  private Server(Child process, int port) throws SQLException {
    this.process = process;
    this.port = port;
    connection = connect("postgres");
  }

  static Server start(Path folder) throws IOException, SQLException {
    var process = Child.peer("Postgres", folder.toString());
    var server = new Server(process, Integer.parseInt(process.heard()));
    server.run("CREATE EXTENSION pg_stat_statements");
    return server;
  }

  String port() {
    return String.valueOf(port);
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, "postgres", "postgres");
  }

  /** A new database, as {@code store:} names it. */
  String database(String name) throws SQLException {
    run("CREATE DATABASE " + name);
    return "store: postgresql://postgres:postgres@127.0.0.1:%d/%s\n".formatted(port, name);
  }

  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  double number(String sql, String parameter) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getDouble(1) : 0;
      }
    }
  }

  List<String> lines(String sql, String parameter) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      var lines = new ArrayList<String>();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) lines.add(rows.getString(1));
      }
      return lines;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connection.close();
    } catch (SQLException alreadyGone) {
      // The server goes next in any case.
    }
    process.close();
  }
}
