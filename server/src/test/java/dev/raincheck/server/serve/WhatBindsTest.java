package dev.raincheck.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics from which the doctor tells what binds, at a real node. */
@Timeout(60)
class WhatBindsTest {
  private final CountDownLatch busy = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);

  @Test
  void a_node_tells_its_slots_its_attempts_and_its_writers_time(@TempDir Path folder) throws Exception {
    var file = folder.resolve("raincheck.yaml");
    Files.writeString(file, "listen: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\ndrain_seconds: 0\n");
    var config =
        switch (ConfigFile.read(file, Map.<String, String>of()::get)) {
          case Loaded.Valid(var valid) -> valid;
          case Loaded.Invalid invalid -> throw new AssertionError(invalid);
        };
    var waits = OperationType.of("wait", (_, _) -> { busy.countDown(); go.await(); return Result.none(); }).withSlots(1);
    try (var node = Node.start(config, List.of(waits), broken -> { throw broken; })) {
      submit(node);
      busy.await();
      submit(node);

      assertThat(metrics(node))
          .contains("raincheck_slots{queue=\"wait\"} 1.0", "raincheck_slots_taken{queue=\"wait\"} 1.0")
          .containsPattern("raincheck_ledger_batches_total [1-9]")
          .containsPattern("raincheck_ledger_commands_total [1-9]")
          .containsPattern("raincheck_ledger_busy_seconds_total [0-9.E-]+")
          .containsPattern("raincheck_ledger_store_seconds_total [0-9.E-]+");

      go.countDown();
      waitForOne(node);
      waitForOne(node); // Whoever waited for the one before may have been told before the metrics were.
      assertThat(metrics(node)).contains("raincheck_attempts_seconds_count{code=\"\",outcome=\"succeeded\",type=\"wait\"}");
    }
  }

  private static void submit(Node node) {
    var submitted = node.raincheck().operations().submit(NewOperation.of(1, "wait", Input.NONE)).join();
    assertThat(submitted).isInstanceOf(Submitted.Accepted.class);
  }

  private static void waitForOne(Node node) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.publicUrl() + "/v1/operations/wait"))
            .header("Prefer", "wait=30")
            .POST(BodyPublishers.noBody());
    assertThat(send(request).statusCode()).isEqualTo(200);
  }

  private static String metrics(Node node) throws Exception {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.adminPort() + "/metrics"))).body();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }
}
