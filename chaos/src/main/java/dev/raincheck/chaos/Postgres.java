package dev.raincheck.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One real PostgreSQL server with a folder of its own, which can be crashed, killed, copied and promoted. */
final class Postgres implements AutoCloseable {
  private static final int START_SECONDS_MAX = 60;

  private final Programs programs;
  private final Path folder;
  private final int port;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private volatile @Nullable Process process;

  private Postgres(Programs programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
    settings.put("port", String.valueOf(port));
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "100");
    settings.put("shared_buffers", "64MB");
    settings.put("wal_keep_size", "512MB"); // So that a copy finds what it needs.
    settings.put("log_lock_waits", "on");
  }

  /** A new and empty one, not yet started. */
  static Postgres create(Programs programs, Path folder) throws Exception {
    var postgres = new Postgres(programs, folder, Ports.free());
    Shell.run(
        programs.command(
            "initdb", "-D", folder.toString(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"));
    return postgres;
  }

  /** One on a folder that has been filled. */
  static Postgres in(Programs programs, Path folder, int port) {
    return new Postgres(programs, folder, port);
  }

  Postgres with(String name, String value) {
    settings.put(name, value);
    return this;
  }

  Programs programs() {
    return programs;
  }

  Path folder() {
    return folder;
  }

  int port() {
    return port;
  }

  /** Starts it, or starts it again; returns when it answers. */
  void start() throws Exception {
    var line = new ArrayList<>(programs.command("postgres", "-D", folder.toString()));
    settings.forEach((name, value) -> line.addAll(List.of("-c", name + "=" + value)));
    var log = folder.resolveSibling(folder.getFileName() + ".log").toFile();
    var started =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log)).start();
    process = started;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > until) {
        throw new IOException("PostgreSQL did not start: " + Files.readString(log.toPath()));
      }
      Shell.rest(50);
    }
  }

  private boolean answers() {
    try (var connection = connect()) {
      return connection.isValid(5);
    } catch (SQLException notYet) {
      return false;
    }
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port), "postgres", "");
  }

  void execute(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of the first row, as text; null if there is none. */
  @Nullable String ask(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    }
  }

  /** As {@code pg_ctl stop -m immediate}: no farewell, and a recovery at the next start. */
  void stopAtOnce() throws Exception {
    end("QUIT");
  }

  /** As a machine that is gone: SIGKILL to every process of the server. */
  void kill() throws Exception {
    var running = process;
    if (running == null) return;
    var children = running.descendants().toList();
    running.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    running.waitFor();
    process = null;
  }

  private void end(String signal) throws Exception {
    var running = process;
    if (running == null) return;
    Shell.signal(running.pid(), signal);
    if (!running.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)) throw new IOException("PostgreSQL goes on");
    process = null;
  }

  @Override
  public void close() {
    var running = process;
    if (running == null) return;
    try {
      end("QUIT");
    } catch (Exception e) {
      running.destroyForcibly();
    }
  }
}
