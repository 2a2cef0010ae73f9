package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.raincheck.server.process.Load.Fate;
import dev.raincheck.server.process.Load.Sent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The disk reports an error when a commit is to be flushed: nobody knows whether that commit
 * stands, so the process must end. It needs {@code strace} and the right to trace.
 */
@Timeout(300)
@EnabledIfSystemProperty(named = "raincheck.long", matches = "true")
class BrokenDiskTest {
  private static final int CLIENTS = 8;
  private static final int STORE_FAILED = 70;
  private static final String WORK = "/v1/operations/work";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 50, 120})
  void after_an_error_nothing_is_accepted_and_the_next_process_finds_a_legal_state(int when)
      throws Exception {
    try (var endpoint = new Endpoint()) {
      var installation =
          Installation.in(
              folder,
              "operations: {work: {target: \"%s\"}}".formatted(endpoint.url("/work")));
      List<Sent> sent;
      try (var server = installation.start();
          var waiting = new Wire(installation.port())) {
        endpoint.holdNext(1);
        var runs = waiting.exchange("POST", WORK, "{}").member("id");
        endpoint.awaitHeld(1);
        waiting.send("GET", "/v1/operations/" + runs + "?wait=30", "");
        var fault = errorAt(server, when);
        try (var load = Load.start(installation.port(), WORK, CLIENTS, "b")) {
          sent = load.ended();
          assertThat(waiting.receive().member("status")).isEqualTo("running");
          assertThat(server.exitCode()).isEqualTo(STORE_FAILED);
        } finally {
          fault.destroyForcibly();
        }
      }
      var errors = sent.stream().filter(one -> one.fate() instanceof Fate.Unknown).toList();
      assertThat(errors).isNotEmpty();
      long first = errors.stream().mapToLong(Sent::ended).min().orElseThrow();
      assertThat(sent)
          .filteredOn(one -> one.began() > first)
          .noneMatch(one -> one.fate() instanceof Fate.Accepted);
      endpoint.releaseAll();
      // An error of the store says nothing of the outcome.
      assertThat(sent).noneMatch(one -> one.fate() instanceof Fate.Refused);

      try (var again = installation.start();
          var wire = new Wire(installation.port())) {
        assertThat(again.isAlive()).isTrue();
        int stand = 0;
        for (var one : sent) {
          var reply = Load.submit(wire, WORK, one.key());
          assertThat(reply.status()).as(reply.text()).isEqualTo(202);
          boolean replayed = reply.header("Idempotency-Replayed").equals("true");
          if (one.fate() instanceof Fate.Accepted(var id)) {
            assertThat(replayed).isTrue();
            assertThat(reply.member("id")).isEqualTo(id);
          } else if (replayed) {
            stand++;
          }
          var done = wire.exchange("GET", "/v1/operations/" + reply.member("id") + "?wait=30", "");
          assertThat(done.member("status")).isEqualTo("succeeded");
          assertThat(done.json().path("result").toString()).isEqualTo(one.input());
        }
        System.out.printf(
            "error at flush %d: %d accepted, %d unknown of which %d stand%n",
            when, sent.size() - errors.size(), errors.size(), stand);
      }
    }
  }

  /** Makes the given flush of the ledger's thread, counted from now, fail. */
  private static Process errorAt(ServerProcess server, int when) throws Exception {
    var command =
        List.of(
            "strace", "-p", ledgerThread(server), "-e", "trace=fdatasync,fsync", "-e",
            "inject=fdatasync,fsync:error=EIO:when=" + when);
    Process strace;
    try {
      strace = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException absent) {
      assumeTrue(false, "strace is not installed");
      throw absent;
    }
    var said =
        new BufferedReader(
            new InputStreamReader(strace.getInputStream(), StandardCharsets.UTF_8));
    var line = said.readLine();
    assumeTrue(line != null && line.contains("attached"), "strace may not trace: " + line);
    Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
    return strace;
  }

  private static String ledgerThread(ServerProcess server) throws IOException {
    try (var threads = Files.list(Path.of("/proc/%d/task".formatted(server.pid())))) {
      for (var thread : threads.toList()) {
        if (Files.readString(thread.resolve("comm")).strip().equals("ledger")) {
          return thread.getFileName().toString();
        }
      }
    }
    throw new AssertionError("there is no thread of the ledger");
  }
}
