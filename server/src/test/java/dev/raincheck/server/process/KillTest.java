package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.process.Endpoint.Run;
import dev.raincheck.server.process.Load.Fate;
import dev.raincheck.server.process.Load.Sent;
import dev.raincheck.server.process.Wire.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed under load, again and again. What was acknowledged is there afterwards and
 * ends; what nobody knows about is settled by its key. {@code -Draincheck.long=true} does it more
 * often; {@code -Draincheck.seed=N} repeats the moments.
 */
@Timeout(1_800)
class KillTest {
  private static final int ROUNDS = Boolean.getBoolean("raincheck.long") ? 60 : 3;
  private static final int CLIENTS = 8;
  private static final int HELD = 3;
  private static final int ACCEPTED_MIN = 20;
  private static final int ACCEPTED_MAX = 300;
  private static final String WORK = "/v1/operations/work";

  @TempDir Path folder;

  private final Map<String, String> idOfKey = new LinkedHashMap<>();
  private final Map<String, Integer> roundOfKey = new HashMap<>();
  private final Map<String, Reply> ends = new HashMap<>();
  private int acknowledged;
  private int unknown;
  private int unknownThatStand;

  @Test
  void what_was_acknowledged_is_there_and_ends_whenever_the_process_is_killed() throws Exception {
    long seed = Long.getLong("raincheck.seed", System.nanoTime());
    System.out.println("raincheck.seed=" + seed);
    var dice = new Random(seed);
    try (var endpoint = new Endpoint()) {
      var installation = Installation.in(folder, types(endpoint));
      var server = installation.start();
      try {
        var called = Wire.ask(installation.port(), "POST", "/v1/operations/later", "{}");
        var detached = endpoint.awaitRun(called.member("id"), 1);
        for (int round = 1; round <= ROUNDS; round++) {
          var sent = loadAndKill(installation, server, endpoint, dice);
          server.close();
          server = installation.start();
          settle(installation, sent, round);
        }
        callBack(installation, detached);
        endsAll(installation, endpoint.runs());
      } finally {
        server.close();
      }
    }
    // Else the moments were such that nothing was tried.
    assertThat(acknowledged).isGreaterThanOrEqualTo(ROUNDS * ACCEPTED_MIN);
    assertThat(unknown).isPositive();
    assertThat(ends).isNotEmpty();
    System.out.printf(
        "%d kills: %d acknowledged, %d unknown of which %d stand%n",
        ROUNDS, acknowledged, unknown, unknownThatStand);
  }

  private static String types(Endpoint endpoint) {
    return """
    operations:
      work:
        target: %s
        concurrency: 16
        max_attempts: 100
      later:
        target: %s
        timeouts: {attempt_seconds: 3600}
    """
        .formatted(endpoint.url("/work"), endpoint.url("/later"));
  }

  /** A load, and in the middle of it, with attempts under way, the end. */
  private List<Sent> loadAndKill(
      Installation installation, ServerProcess server, Endpoint endpoint, Random dice)
      throws Exception {
    endpoint.holdNext(HELD);
    var name = "k" + roundOfKey.size();
    try (var load = Load.start(installation.port(), WORK, CLIENTS, name)) {
      endpoint.awaitHeld(HELD);
      load.awaitAccepted(dice.nextInt(ACCEPTED_MIN, ACCEPTED_MAX));
      server.kill();
      endpoint.releaseAll();
      var sent = load.ended();
      ends.putAll(load.ends());
      return sent;
    }
  }

  /** After the restart: every acknowledged operation, and the same ones for the same keys. */
  private void settle(Installation installation, List<Sent> sent, int round) throws Exception {
    try (var wire = new Wire(installation.port())) {
      for (var one : sent) {
        roundOfKey.put(one.key(), round);
        if (one.fate() instanceof Fate.Accepted(var id)) {
          acknowledged++;
          var found = wire.exchange("GET", "/v1/operations/" + id, "");
          assertThat(found.status()).as(found.text()).isIn(200, 202);
          assertThat(found.member("status")).isIn("queued", "running", "succeeded");
          idOfKey.put(one.key(), id);
        }
      }
      for (var one : sent) {
        var again = Load.submit(wire, WORK, one.key());
        assertThat(again.status()).as(again.text()).isEqualTo(202);
        boolean replayed = again.header("Idempotency-Replayed").equals("true");
        switch (one.fate()) {
          case Fate.Accepted(var id) -> {
            assertThat(replayed).isTrue();
            assertThat(again.member("id")).isEqualTo(id);
          }
          case Fate.Unknown _ -> {
            unknown++;
            if (replayed) unknownThatStand++;
            idOfKey.put(one.key(), again.member("id"));
          }
          case Fate.Refused(var reply) -> throw new AssertionError("refused: " + reply.text());
        }
      }
      for (var id : ends.keySet()) {
        var now = wire.exchange("GET", "/v1/operations/" + id, "");
        assertThat(now.text()).as("an end does not change").isEqualTo(ends.get(id).text());
      }
    }
  }

  /** An attempt whose target will call back costs nothing at a crash, and is still the same one. */
  private void callBack(Installation installation, Run detached) throws Exception {
    var path = detached.callback().substring(detached.callback().indexOf("/v1/"));
    var taken = Wire.ask(installation.port(), "POST", path, "{\"called\":\"back\"}");
    assertThat(taken.status()).as(taken.text()).isEqualTo(204);
    var done = Wire.get(installation.port(), "/v1/operations/" + detached.operation());
    assertThat(done.member("status")).isEqualTo("succeeded");
    assertThat(done.json().path("attempt").asInt()).isEqualTo(1);
  }

  private void endsAll(Installation installation, List<Run> runsBefore) throws Exception {
    var runs = new HashMap<String, List<Run>>();
    var documents = new HashMap<String, Reply>();
    try (var wire = new Wire(installation.port())) {
      for (var id : idOfKey.values()) {
        var done = wire.exchange("GET", "/v1/operations/" + id + "?wait=30", "");
        assertThat(done.status()).as(done.text()).isEqualTo(200);
        documents.put(id, done);
      }
      assertThat(listed(wire)).isEqualTo(new TreeSet<>(idOfKey.values()));
    }
    assertThat(idOfKey.values()).doesNotHaveDuplicates();
    for (var run : runsBefore) {
      runs.computeIfAbsent(run.operation(), _ -> new ArrayList<>()).add(run);
    }
    idOfKey.forEach(
        (key, id) -> {
          var document = documents.get(id);
          assertThat(document.member("status")).isEqualTo("succeeded");
          assertThat(document.json().path("result").toString()).isEqualTo(Load.input(key));
          int attempts = document.json().path("attempt").asInt();
          int crashes = ROUNDS - roundOfKey.get(key) + 1;
          assertThat(attempts).as("a crash costs one attempt").isBetween(1, 1 + crashes);
          var seen = runs.getOrDefault(id, List.of());
          var numbers = seen.stream().map(Run::attempt).toList();
          assertThat(numbers).isSorted().doesNotHaveDuplicates();
          assertThat(seen.stream().map(Run::epoch)).isSorted().doesNotHaveDuplicates();
          assertThat(seen.stream().map(Run::input)).containsOnly(Load.input(key));
          if (seen.getFirst().held()) {
            // It was running for certain when the process was killed.
            assertThat(numbers.getFirst()).isEqualTo(1);
            assertThat(attempts).isGreaterThan(1);
          }
        });
  }

  private static TreeSet<String> listed(Wire wire) throws Exception {
    var ids = new TreeSet<String>();
    var cursor = "";
    do {
      var page = wire.exchange("GET", "/v1/operations?type=work&limit=100" + cursor, "").json();
      page.path("data").forEach(operation -> ids.add(operation.path("id").asString()));
      var next = page.path("next_cursor").asString("");
      cursor = next.isEmpty() ? "" : "&cursor=" + next;
    } while (!cursor.isEmpty());
    return ids;
  }
}
