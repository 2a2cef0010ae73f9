package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A folder with a configuration and a store, and two ports that stay the same over restarts.
 *
 * @param folder where the configuration and, unless it says otherwise, the store are
 */
record Installation(Path folder, int port, int adminPort) {
  /** Below it are ports that the system gives to nobody who does not ask for them. */
  private static final int FIRST_EPHEMERAL_PORT = 32_768;

  private static final int FIRST_PORT = 20_000;
  private static final int PORT_TRIES = 1_000;
  private static final int COMMAND_SECONDS_MAX = 60;

  /** What a command line has printed, both streams together, and the code that it ended with. */
  record Ended(int code, String text) {}

  /**
   * @param yaml what the configuration says besides where to listen
   */
  static Installation in(Path folder, String yaml) throws IOException {
    var installation = new Installation(folder, freePort(), freePort());
    installation.configure(
        """
        listen: 127.0.0.1:%d
        admin_listen: 127.0.0.1:%d
        %s"""
            .formatted(installation.port, installation.adminPort, yaml));
    return installation;
  }

  /** Replaces all of the configuration. */
  void configure(String yaml) throws IOException {
    Files.writeString(file(), yaml);
  }

  Path file() {
    return folder.resolve("raincheck.yaml");
  }

  /** Starts the server and waits until it says that it is up. */
  ServerProcess start() throws Exception {
    return ServerProcess.start(serve());
  }

  ProcessBuilder serve() {
    return command("serve", "--config", file().toString());
  }

  /** Runs a command to its end. */
  Ended run(String... arguments) throws Exception {
    return ended(command(arguments));
  }

  static Ended ended(ProcessBuilder command) throws Exception {
    var process = command.redirectErrorStream(true).start();
    try {
      var text = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new AssertionError("the command did not end: " + text);
      }
      return new Ended(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
    }
  }

  private ProcessBuilder command(String... arguments) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var line = new ArrayList<>(List.of(java));
    line.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", // it lives for seconds
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx512m",
            "-cp",
            classPath(),
            "dev.raincheck.server.Main"));
    line.addAll(List.of(arguments));
    var command = new ProcessBuilder(line).directory(folder.toFile());
    command.environment().keySet().removeIf(name -> name.startsWith("RAINCHECK_"));
    return command;
  }

  /** The program's own, without the tests and their way of logging. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() {
    return Stream.generate(
            () -> ThreadLocalRandom.current().nextInt(FIRST_PORT, FIRST_EPHEMERAL_PORT))
        .limit(PORT_TRIES)
        .filter(Installation::isFree)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
