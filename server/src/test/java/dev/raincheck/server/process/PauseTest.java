package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The whole process stands still for longer than its lease, as in a virtual machine that moves. */
@Timeout(300)
@EnabledIfSystemProperty(named = "raincheck.long", matches = "true")
class PauseTest {
  /** An owner's lease is 15 s. */
  private static final int PAUSE_SECONDS = 20;

  private static final int HELD = 5;

  @TempDir Path folder;

  @Test
  void a_process_that_stood_still_keeps_its_own_attempts_and_none_runs_twice() throws Exception {
    try (var endpoint = new Endpoint()) {
      var installation =
          Installation.in(
              folder,
              "operations: {work: {target: \"%s\"}}".formatted(endpoint.url("/work")));
      try (var server = installation.start();
          var wire = new Wire(installation.port())) {
        endpoint.holdNext(HELD);
        for (int i = 0; i < HELD; i++) {
          wire.exchange("POST", "/v1/operations/work", "{\"n\":%d}".formatted(i));
        }
        var held = endpoint.awaitHeld(HELD);

        server.signal("STOP");
        // Only time passes here: a pause is what is tested.
        assertThat(new CountDownLatch(1).await(PAUSE_SECONDS, TimeUnit.SECONDS)).isFalse();
        server.signal("CONT");

        // Whatever was late at once has looked around before a second operation has come and gone.
        var after = wire.exchange("POST", "/v1/operations/work", "{}", "Prefer", "wait=30");
        assertThat(after.status()).isEqualTo(200);
        endpoint.releaseAll();
        for (var id : held) {
          var done = wire.exchange("GET", "/v1/operations/" + id + "?wait=30", "");
          assertThat(done.member("status")).isEqualTo("succeeded");
          assertThat(done.json().path("attempt").asInt()).isEqualTo(1);
        }
        assertThat(endpoint.runs()).hasSize(HELD + 1);
      }
    }
  }
}
