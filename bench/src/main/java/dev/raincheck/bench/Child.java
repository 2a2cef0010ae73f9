package dev.raincheck.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process that answers line by line, and ends when its input does. All have the same JVM and options. */
final class Child implements AutoCloseable {
  private static final int END_SECONDS = 30;

  private final Process process;
  private final BufferedReader out;
  private final Writer in;

  private Child(Process process) {
    this.process = process;
    out = process.inputReader(StandardCharsets.UTF_8);
    in = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** One of this benchmark's own programs. */
  static Child own(Class<?> main, String... arguments) throws IOException {
    return start(System.getProperty("java.class.path"), main.getName(), arguments);
  }

  /** One of the peers' module, which is on no class path but its own. */
  static Child peer(String main, String... arguments) throws IOException {
    var target = System.getProperty("raincheck.peers", "bench/peers/target");
    return start(target + "/classes:" + target + "/lib/*", "dev.raincheck.bench.peers." + main, arguments);
  }

  private static Child start(String classPath, String main, String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    for (var option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!option.startsWith("-Draincheck")) command.add(option);
    }
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return new Child(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  /** The next line that it says. */
  String heard() throws IOException {
    var line = out.readLine();
    if (line == null) throw new IOException("a process of the benchmark ended: " + process.info().commandLine().orElse("?"));
    return line;
  }

  String ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return heard();
  }

  @Override
  public void close() throws IOException {
    in.close();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
