package dev.raincheck.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node of the cluster: {@code raincheck serve} in a process of its own, at ports that stay the same. */
final class Node implements AutoCloseable {
  /** The last line of the start-up screen. */
  private static final String UP = "  stop ";

  /** Far beyond anything that goes well. */
  private static final int PATIENCE_SECONDS = 120;

  private final int number;
  private final Path folder;
  private final int port = Ports.free();
  private final int adminPort = Ports.free();
  private volatile Version version;
  private volatile int skewSeconds;
  private volatile boolean wanted;
  private volatile @Nullable Process process;

  /** @param version the program that runs when the node is started next */
  Node(int number, Path folder, Version version) throws IOException {
    this.number = number;
    this.folder = Files.createDirectories(folder);
    this.version = version;
  }

  int number() {
    return number;
  }

  int port() {
    return port;
  }

  Api api() {
    return new Api(port);
  }

  /** At its next start the node is of this version. */
  void version(Version next) {
    version = next;
  }

  /** From its next start on the node's clock is off by so much. */
  void skew(int seconds) {
    skewSeconds = seconds;
  }

  /** @param yaml what the configuration says besides where to listen */
  void configure(String yaml) throws IOException {
    var listen = "listen: 127.0.0.1:%d\nadmin_listen: 127.0.0.1:%d\n".formatted(port, adminPort);
    Files.writeString(file(), listen + yaml);
  }

  private Path file() {
    return folder.resolve("raincheck.yaml");
  }

  /** Whether it is meant to run, so that whoever finds it dead starts it again. */
  boolean isWanted() {
    return wanted;
  }

  /** Starts it; returns when it says that it is up. */
  synchronized void start() throws Exception {
    if (isAlive()) return;
    int skew = skewSeconds;
    var options = skew == 0 ? List.<String>of() : List.of(WrongClock.argument(folder, skew));
    var command = new ProcessBuilder(version.serve(file(), options)).directory(folder.toFile());
    command.environment().keySet().removeIf(name -> name.startsWith("RAINCHECK_"));
    command.redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
    var started = command.start();
    process = started;
    wanted = true;
    var up = new CompletableFuture<Void>();
    Thread.ofVirtual().start(() -> read(started, up));
    up.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void read(Process started, CompletableFuture<Void> up) {
    List<String> screen = new CopyOnWriteArrayList<>();
    try (var lines = new BufferedReader(new InputStreamReader(started.getErrorStream(), UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        screen.add(line);
        if (line.startsWith(UP)) up.complete(null);
      }
    } catch (IOException killed) {
      // It was.
    }
    up.completeExceptionally(new IOException("node " + number + " did not start: " + new ArrayList<>(screen)));
  }

  boolean isAlive() {
    var running = process;
    return running != null && running.isAlive();
  }

  /** How its last process ended; -1 while it runs or before it was started. */
  int exitCode() {
    var running = process;
    return running == null || running.isAlive() ? -1 : running.exitValue();
  }

  /** SIGKILL; returns when the process is no more. */
  void kill() throws InterruptedException {
    wanted = false;
    var running = process;
    if (running == null) return;
    running.destroyForcibly();
    running.waitFor();
  }

  void pause() throws Exception {
    Shell.signal(running().pid(), "STOP");
  }

  void resume() throws Exception {
    Shell.signal(running().pid(), "CONT");
  }

  /** SIGTERM; returns when the node has drained and ended. */
  void drain() throws Exception {
    wanted = false;
    var running = running();
    running.destroy();
    if (!running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new IOException("node " + number + " goes on");
  }

  private Process running() {
    var running = process;
    if (running == null) throw new IllegalStateException("node " + number + " was never started");
    return running;
  }

  @Override
  public void close() {
    wanted = false;
    var running = process;
    if (running != null) running.destroyForcibly().onExit().join();
  }
}
