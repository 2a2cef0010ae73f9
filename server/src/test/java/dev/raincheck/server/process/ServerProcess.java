package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A running {@code raincheck serve}: the real program in a process of its own. */
final class ServerProcess implements AutoCloseable {
  /** The last line of the start-up screen. */
  private static final String UP = "  stop ";

  /** Far beyond anything that goes well; who gets here has failed. */
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final List<String> screen = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> up = new CompletableFuture<>();

  private ServerProcess(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  static ServerProcess start(ProcessBuilder command) throws Exception {
    var log = command.directory().toPath().resolve("server.log").toFile();
    var started =
        new ServerProcess(command.redirectOutput(Redirect.appendTo(log)).start());
    try {
      started.up.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (Exception notUp) {
      started.close();
      throw notUp;
    }
    return started;
  }

  private void read() {
    try (var lines = new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        screen.add(line);
        if (line.startsWith(UP)) up.complete(null);
      }
    } catch (IOException closed) {
      // It was killed.
    }
    up.completeExceptionally(new AssertionError("it did not start: " + screen));
  }

  long pid() {
    return process.pid();
  }

  List<String> screen() {
    return screen;
  }

  /** SIGKILL; returns when the process is no more. */
  void kill() throws Exception {
    process.destroyForcibly();
    exitCode();
  }

  /** SIGTERM; returns at once. */
  void terminate() {
    process.destroy();
  }

  /** Sends any signal, such as {@code STOP}; returns when it was sent. */
  void signal(String name) throws Exception {
    var ended =
        Installation.ended(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())));
    if (ended.code() != 0) throw new AssertionError(ended.text());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for the end. */
  int exitCode() throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the process goes on: " + screen);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
