package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.process.Load.Fate;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM under load: nobody who was heard is left without an answer, and nothing is lost. */
@Timeout(300)
class StopTest {
  private static final int CLIENTS = 8;
  private static final int ACCEPTED = 200;
  private static final int GRACE_SECONDS = 3;

  /** The JVM's code for an end by SIGTERM. */
  private static final int TERMINATED = 128 + 15;

  private static final String WORK = "/v1/operations/work";

  @TempDir Path folder;

  @Test
  void a_stop_under_load_answers_everyone_and_hands_back_what_does_not_end() throws Exception {
    try (var endpoint = new Endpoint()) {
      var installation = Installation.in(folder, types(endpoint));
      int port = installation.port();
      List<Load.Sent> sent;
      String ends;
      Endpoint.Run stays;
      Endpoint.Run detached;
      try (var server = installation.start();
          var ready = new Wire(port);
          var alive = new Wire(port);
          var admin = new Wire(installation.adminPort());
          var waiting = new Wire(port)) {
        for (var wire : List.of(ready, alive, admin)) {
          assertThat(wire.exchange("GET", "/readyz", "").status()).isEqualTo(200);
        }
        endpoint.holdNext(2);
        ends = Wire.ask(port, "POST", "/v1/operations/held", "{\"it\":\"ends\"}").member("id");
        stays =
            endpoint.awaitRun(
                Wire.ask(port, "POST", "/v1/operations/held", "{\"it\":\"stays\"}").member("id"),
                1);
        detached =
            endpoint.awaitRun(
                Wire.ask(port, "POST", "/v1/operations/later", "{}").member("id"), 1);
        endpoint.awaitHeld(2);
        waiting.send("GET", "/v1/operations/" + ends + "?wait=30", "");

        try (var load = Load.start(port, WORK, CLIENTS, "s")) {
          load.awaitAccepted(ACCEPTED);
          server.terminate();

          // Held calls have not ended, so this answer is early.
          var early = waiting.receive();
          assertThat(early.status()).isEqualTo(202);
          assertThat(early.member("status")).isEqualTo("running");
          assertThat(early.header("Retry-After")).isNotEqualTo("0");
          untilUnready(ready);
          assertThat(ready.isOver()).isTrue();
          var healthy = alive.exchange("GET", "/healthz", "");
          assertThat(healthy.status()).isEqualTo(200);
          assertThat(admin.exchange("GET", "/readyz", "").status()).isEqualTo(503);
          // Whoever asks anew at the admin listener hears the same, until the end; and /metrics goes on.
          assertThat(admin.exchange("GET", "/readyz", "").member("code")).isEqualTo("unavailable");
          var probe = Wire.get(installation.adminPort(), "/readyz");
          assertThat(probe.status()).isEqualTo(503);
          assertThat(probe.header("Retry-After")).isNotEmpty();
          assertThat(Wire.get(installation.adminPort(), "/healthz").status()).isEqualTo(200);
          assertThat(Wire.get(installation.adminPort(), "/metrics").status()).isEqualTo(200);
          assertThatThrownBy(() -> new Wire(port).close()).isInstanceOf(ConnectException.class);
          endpoint.release(ends);

          assertThat(server.exitCode()).isEqualTo(TERMINATED);
          sent = load.ended();
        }
      }
      assertThat(sent.stream().filter(one -> one.fate() instanceof Fate.Accepted).count())
          .isGreaterThanOrEqualTo(ACCEPTED);
      assertThat(sent).noneMatch(one -> one.fate() instanceof Fate.Unknown);

      endpoint.releaseAll();
      try (var server = installation.start();
          var wire = new Wire(port)) {
        assertThat(server.isAlive()).isTrue();
        // The one that ended in time did so at its first attempt, and has not run again.
        var ended = wire.exchange("GET", "/v1/operations/" + ends, "").json();
        assertThat(ended.path("status").asString()).isEqualTo("succeeded");
        assertThat(ended.path("attempt").asInt()).isEqualTo(1);
        // The other runs again, at no attempt's cost.
        var again = endpoint.awaitRun(stays.operation(), 2);
        assertThat(again.attempt()).isEqualTo(1);
        var stayed = done(wire, stays.operation()).json();
        assertThat(stayed.path("status").asString()).isEqualTo("succeeded");
        assertThat(stayed.path("attempt").asInt()).isEqualTo(1);
        // Whoever will call back was not called again, and finds the next process.
        var path = detached.callback().substring(detached.callback().indexOf("/v1/"));
        assertThat(wire.exchange("POST", path, "{}").status()).isEqualTo(204);
        var called = done(wire, detached.operation()).json();
        assertThat(called.path("status").asString()).isEqualTo("succeeded");
        assertThat(called.path("attempt").asInt()).isEqualTo(1);
        for (var one : sent) {
          if (!(one.fate() instanceof Fate.Accepted(var id))) continue;
          var work = done(wire, id).json();
          assertThat(work.path("status").asString()).isEqualTo("succeeded");
          assertThat(work.path("attempt").asInt()).as("a stop costs no attempt").isEqualTo(1);
        }
        assertThat(endpoint.runs())
            .filteredOn(run -> run.operation().equals(detached.operation()))
            .hasSize(1);
      }
    }
  }

  private static String types(Endpoint endpoint) {
    return """
    drain_seconds: %d
    operations:
      work:
        target: %s
        concurrency: 2
      held:
        target: %s
      later:
        target: %s
        timeouts: {attempt_seconds: 3600}
    """
        .formatted(
            GRACE_SECONDS, endpoint.url("/work"), endpoint.url("/work"), endpoint.url("/later"));
  }

  private static void untilUnready(Wire wire) throws Exception {
    int status;
    do {
      status = wire.exchange("GET", "/readyz", "").status();
    } while (status == 200 && !wire.isOver());
    assertThat(status).isEqualTo(503);
  }

  private static Wire.Reply done(Wire wire, String id) throws Exception {
    var done = wire.exchange("GET", "/v1/operations/" + id + "?wait=30", "");
    assertThat(done.status()).as(done.text()).isEqualTo(200);
    return done;
  }
}
