package dev.raincheck.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts the server as its script would, in a process of its own. */
final class Start {
  /** How long until it was ready, and what it then held in memory. */
  record Measured(double readyMillis, double residentMegabytes) {}

  private static final long GIVE_UP_NANOS = 60_000_000_000L;

  private Start() {}

  static Measured measure(Path folder) throws Exception {
    long begin = System.nanoTime();
    try (var server = running(folder, "")) {
      double millis = (System.nanoTime() - begin) / 1e6;
      Thread.sleep(3_000);
      return new Measured(millis, server.residentMegabytes());
    }
  }

  /** A server that is up, in a process of its own. */
  record Running(Process process, int port) implements AutoCloseable {
    String url() {
      return "http://127.0.0.1:" + port;
    }

    double residentMegabytes() throws IOException {
      return Start.residentMegabytes(process.pid());
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }

  /** @param yaml what the configuration says besides where to listen */
  static Running running(Path folder, String yaml) throws Exception {
    Files.createDirectories(folder);
    int port = freePort();
    Files.writeString(
        folder.resolve("raincheck.yaml"), "listen: 127.0.0.1:%d\nadmin_listen: \"off\"\n%s".formatted(port, yaml));
    long begin = System.nanoTime();
    var running = new Running(process(folder), port);
    try {
      awaitReady(port, begin);
    } catch (IllegalStateException | InterruptedException notReady) {
      running.close();
      throw notReady;
    }
    return running;
  }

  static Process process(Path folder) throws IOException {
    return new ProcessBuilder(
            List.of(script().toString(), "serve", "--config", folder.resolve("raincheck.yaml").toString()))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static void awaitReady(int port, long begin) throws InterruptedException {
    while (!isReady(port)) {
      if (System.nanoTime() - begin > GIVE_UP_NANOS) throw new IllegalStateException("not ready in a minute");
      Thread.sleep(5);
    }
  }

  /** Told by the script that runs the benchmark. */
  private static Path script() {
    return Path.of(System.getProperty("raincheck.script", "./raincheck"));
  }

  private static boolean isReady(int port) {
    try {
      var connection =
          (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
      connection.setConnectTimeout(500);
      connection.setReadTimeout(5_000);
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  static double residentMegabytes(long pid) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
    }
    throw new IOException("no VmRSS");
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
