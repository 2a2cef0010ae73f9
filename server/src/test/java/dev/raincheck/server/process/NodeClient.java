package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.npm.Npm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A program of Node.js that follows a stream with the {@code eventsource} package, as a browser would. */
final class NodeClient implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private NodeClient(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  static NodeClient follow(String url) throws Exception {
    return new NodeClient(Npm.command("eventsource", "follow.mjs", url).redirectErrorStream(true).start());
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
