package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed under the streams of a client that people use; nothing is missed or told twice. */
@Timeout(300)
class StreamKillTest {
  private static final int ROUNDS = 3;
  private static final int OPERATIONS = 20;

  @TempDir Path folder;

  @Test
  void every_event_is_told_once_and_in_order_whenever_the_process_is_killed() throws Exception {
    try (var endpoint = new Endpoint()) {
      var installation =
          Installation.in(
              folder,
              """
              operations:
                work:
                  target: %s
                  max_attempts: 100
              """
                  .formatted(endpoint.url("/work")));
      var server = installation.start();
      var base = "http://127.0.0.1:" + installation.port();
      var runAt = Instant.now().plusSeconds(8).toString();
      var later =
          Wire.ask(installation.port(), "POST", "/v1/operations/work", "{}", "Raincheck-Run-At", runAt).member("id");
      try (var all = NodeClient.follow(base + "/v1/events");
          var one = NodeClient.follow(base + "/v1/operations/" + later + "/events")) {
        all.await(1);
        one.await(1);
        for (int round = 0; round < ROUNDS; round++) {
          submit(installation.port());
          server.kill();
          server = installation.start();
          submit(installation.port());
        }
        var ofOne = one.awaitEnd();
        // Where it began is where the operation stood; from there on nothing is left out and nothing comes twice.
        assertThat(ofOne.getFirst()).startsWith("snapshot ");
        var numbers = ofOne.stream().map(line -> Integer.parseInt(line.split(" ")[1])).toList();
        assertThat(numbers).isEqualTo(IntStream.rangeClosed(numbers.getFirst(), 4).boxed().toList());
        assertThat(ofOne.getLast()).startsWith("end 4 ");

        var expected = awaitLog(installation.port(), ROUNDS * 2 * OPERATIONS + 1);
        var told = all.await(expected.size() + 1);
        assertThat(told.getFirst()).startsWith("snapshot ");
        assertThat(told.stream().skip(1).map(StreamKillTest::entry).toList()).isEqualTo(expected);
        assertThat(all.breaks()).as("a client that was slow to come back may have slept through a kill").isPositive();
      } finally {
        server.close();
      }
    }
  }

  private static void submit(int port) throws Exception {
    for (int i = 0; i < OPERATIONS; i++) {
      assertThat(Wire.ask(port, "POST", "/v1/operations/work", "{}").status()).isEqualTo(202);
    }
  }

  private static String entry(String line) {
    var words = line.split(" ");
    return words[2] + " " + words[3];
  }

  /** What the pages tell after the first stream began, once so many operations have ended. */
  private static List<String> awaitLog(int port, int ends) throws Exception {
    while (true) {
      var entries = new ArrayList<String>();
      int ended = 0;
      String after = "0";
      for (boolean more = true; more; ) {
        var page = Wire.get(port, "/v1/events?limit=100&after=" + after).json();
        for (var event : page.path("data")) {
          entries.add(event.path("operation_id").asString() + " " + event.path("seq").asString());
          if (event.path("type").asString().equals("operation.succeeded")) ended++;
        }
        more = page.path("data").size() == 100;
        after = page.path("next_after").asString();
      }
      if (ended == ends) return entries.subList(1, entries.size()); // the first was before
    }
  }
}
