package dev.raincheck.server.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.npm.Browser;
import dev.raincheck.server.npm.Npm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code examples/live-report} in a real browser, with a server that is killed in the middle. */
@Timeout(900)
class LiveReportTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "live-report");

  @TempDir Path folder;

  private Process server;
  private Process browser;
  private BufferedReader steps;

  @AfterEach
  void close() throws Exception {
    for (var process : new Process[] {browser, server}) {
      if (process == null) continue;
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void it_is_watched_over_a_reload_and_a_kill_to_its_result() throws Exception {
    var program = Browser.program();
    int port = freePort();
    int behind = freePort();
    server = start(port, behind);
    var url = "http://127.0.0.1:" + port + "/";
    var script = Npm.command("browser", "live-report.mjs", url, program);
    browser = script.redirectError(folder.resolve("browser.log").toFile()).start();
    steps = new BufferedReader(new InputStreamReader(browser.getInputStream(), UTF_8));

    var watched = next("watched");
    assertThat(watched.path("percent").asDouble()).isBetween(0.1, 99.9);
    assertThat(months(watched)).startsWith("2026-01", "2026-02").doesNotHaveDuplicates();
    assertThat(watched.path("stored").asString()).contains("\"ticket\"").doesNotContain("rk_");
    assertThat(watched.path("status").asString()).startsWith("running");

    goOn();
    var reloaded = next("reloaded");
    assertThat(months(reloaded)).containsAll(months(watched)).doesNotHaveDuplicates();
    assertThat(reloaded.path("stored")).isEqualTo(watched.path("stored"));

    server.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    server = start(port, behind);
    goOn();
    var done = next("done");
    assertThat(months(done)).hasSize(12).isSorted().doesNotHaveDuplicates();
    assertThat(done.path("status").asString()).isEqualTo("succeeded");
    assertThat(done.path("percent").asDouble()).isEqualTo(100);
    assertThat(done.path("stored")).isEqualTo(watched.path("stored"));

    goOn();
    var again = next("reloaded when done");
    assertThat(again.path("revenue")).isEqualTo(done.path("revenue"));
    assertThat(months(again)).hasSize(12);

    goOn();
    var report = next("downloaded").path("report");
    assertThat(report.path("months").size()).isEqualTo(12);
    assertThat(report.path("revenue").asDouble())
        .isEqualTo(Double.parseDouble(done.path("revenue").asString().replace(",", "")));

    goOn();
    var canceled = next("canceled");
    assertThat(canceled.path("errors")).as("errors of the page").isEmpty();
    goOn();
    assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private static List<String> months(JsonNode seen) {
    return seen.path("months").valueStream().map(JsonNode::asString).toList();
  }

  private JsonNode next(String step) throws IOException {
    var line = steps.readLine();
    if (line == null) {
      throw new AssertionError(
          "no step " + step + ": " + Files.readString(folder.resolve("browser.log"))
              + Files.readString(folder.resolve("server.log")));
    }
    var seen = JsonMapper.shared().readTree(line);
    assertThat(seen.path("step").asString()).as(line).isEqualTo(step);
    return seen;
  }

  private void goOn() throws IOException {
    browser.getOutputStream().write('\n');
    browser.getOutputStream().flush();
  }

  /** As {@code ./raincheck example live-report} does it; returns when the page is there. */
  private Process start(int port, int behind) throws Exception {
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-cp", System.getProperty("java.class.path").replaceAll("[^:]*test-classes:?", ""),
            EXAMPLE.resolve("LiveReport.java").toString(), EXAMPLE.toString());
    command.environment().put("SITE_PORT", Integer.toString(port));
    command.environment().put("RAINCHECK_PORT", Integer.toString(behind));
    command.environment().put("LIVE_REPORT_FOLDER", folder.resolve("run").toString());
    command.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile()));
    var started = command.start();
    var lines = new BufferedReader(new InputStreamReader(started.getInputStream(), UTF_8));
    var line = lines.readLine();
    if (line == null || !line.startsWith("Open ")) {
      throw new AssertionError(line + Files.readString(folder.resolve("server.log")));
    }
    return started;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
