package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A program of Node.js that follows a stream with the {@code eventsource} package, as a browser would. */
final class NodeClient implements AutoCloseable {
  private static final Path SOURCES = Path.of("src", "test", "npm");
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private NodeClient(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /** Whether this machine has what it takes. */
  static boolean possible() {
    try {
      return new ProcessBuilder("npm", "--version").start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Fetches what the lock file names, and nothing else. */
  static void install(Path folder) throws Exception {
    for (var file : List.of("package.json", "package-lock.json", "follow.js")) {
      Files.copy(SOURCES.resolve(file), folder.resolve(file));
    }
    var ended =
        Installation.ended(
            new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts").directory(folder.toFile()));
    assertThat(ended.code()).as(ended.text()).isZero();
  }

  static NodeClient follow(Path folder, String url) throws IOException {
    return new NodeClient(
        new ProcessBuilder("node", "follow.js", url).directory(folder.toFile()).redirectErrorStream(true).start());
  }

  private void read() {
    try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (var line = reader.readLine(); line != null; line = reader.readLine()) lines.add(line);
    } catch (IOException closed) {
      // It was stopped.
    }
  }

  /** What it has told, without the breaks. */
  List<String> events() {
    return lines.stream().filter(line -> !line.startsWith("lost")).toList();
  }

  /** How often it lost its connection. */
  long breaks() {
    return lines.stream().filter(line -> line.startsWith("lost")).count();
  }

  /** Returns when it has told so many events. */
  List<String> await(int count) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (events().size() < count) {
      assertThat(System.nanoTime()).as("%d of %d: %s", events().size(), count, lines).isLessThan(end);
      Thread.onSpinWait();
    }
    return events();
  }

  /** Returns when it has ended by itself. */
  List<String> awaitEnd() throws Exception {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s", lines).isTrue();
    return events();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }
}
