package dev.raincheck.server.npm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.serve.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients of Azure's long-running operations follow ours, unchanged. */
@Timeout(900)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureClientTest {
  /** Fails with a problem if it was asked to, else gives back what it got, after a while. */
  private static final OperationType WORK =
      OperationType.staged(
          "work",
          (input, _) ->
              CompletableFuture.supplyAsync(
                  () ->
                      input.text().contains("fail")
                          ? Result.failed("x_no_paper", 422, "There is no paper left.")
                          : Result.json(input.text()),
                  CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)));

  private static final OperationType NEVER =
      OperationType.staged("never.ends", (_, _) -> new CompletableFuture<>());

  private Node node;

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    var file = folder.resolve("raincheck.yaml");
    Files.writeString(file, "listen: 127.0.0.1:0\nadmin_listen: 127.0.0.1:0\n"); // the store lies beside it
    var config = ((Loaded.Valid) ConfigFile.read(file, _ -> null)).config();
    node =
        Node.start(
            config,
            List.of(WORK, NEVER),
            broken -> {
              throw broken;
            });
  }

  @AfterAll
  void close() {
    if (node != null) node.drain(Duration.ZERO);
  }

  @ParameterizedTest(name = "@azure/core-lro {0}")
  @ValueSource(strings = {"3", "2"})
  void success_is_a_result(String version) throws Exception {
    var end = poll(version, "work", "{\"pages\":3}");

    assertThat(end.path("status").asString()).isEqualTo("succeeded");
    assertThat(end.path("seen").toString()).contains("running");
    assertThat(end.path("error").isMissingNode()).isTrue();
    assertThat(end.at("/result/status").asString()).isEqualTo("succeeded");
    assertThat(end.at("/result/result/pages").asInt()).isEqualTo(3);
  }

  @ParameterizedTest(name = "@azure/core-lro {0}")
  @ValueSource(strings = {"3", "2"})
  void failure_is_an_error_with_our_code_and_detail(String version) throws Exception {
    var end = poll(version, "work", "{\"please\":\"fail\"}");

    assertThat(end.path("status").asString()).isEqualTo("failed");
    assertThat(end.at("/error/message").asString()).contains("x_no_paper", "There is no paper left.");
    assertThat(end.path("result").isMissingNode()).isTrue();
  }

  @ParameterizedTest(name = "@azure/core-lro {0}")
  @ValueSource(strings = {"3", "2"})
  void cancel_is_seen_as_such(String version) throws Exception {
    var end = poll(version, "never.ends", "{}", "300");

    assertThat(end.path("status").asString()).isEqualTo("canceled");
    assertThat(end.path("seen").toString()).contains("running");
    assertThat(end.path("result").isMissingNode()).isTrue();
  }

  private JsonNode poll(String version, String type, String body, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of(version, node.publicUrl() + "/v1/operations/" + type, body));
    arguments.addAll(List.of(more));
    var ended = Npm.run("azure", "poll.mjs", arguments.toArray(String[]::new));
    assertThat(ended.code()).as(ended.text()).isZero();
    return JsonMapper.shared().readTree(ended.text());
  }
}
