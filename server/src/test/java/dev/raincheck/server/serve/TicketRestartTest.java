package dev.raincheck.server.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TicketRestartTest {
  @TempDir Path folder;

  @Test
  void a_ticket_survives_a_restart_and_no_key_made_meanwhile() throws Exception {
    String path;
    String ticket;
    String keyId;
    String local;
    try (var node = start(); var client = HttpClient.newHttpClient()) {
      var submitted = post(client, node, "/v1/operations/echo", "");
      path = submitted.headers().firstValue("Location").orElseThrow().replaceFirst("https?://[^/]+", "");
      local = ticket(post(client, node, path + "/tickets", ""));
      assertThat(get(client, node, path + "?ticket=" + local)).isIn(200, 202);

      var created =
          (ApiKeys.Creation.Created)
              node.raincheck().keys().create("test", "default", Scopes.of(List.of(Scopes.READ)), null);
      keyId = created.key().id();
      ticket = ticket(post(client, node, path + "/tickets", "Bearer " + created.secret()));
      // Made without a key, by whoever reached a server without keys: from the first key on nobody is that.
      assertThat(get(client, node, path + "?ticket=" + local)).isEqualTo(401);
    }
    try (var node = start(); var client = HttpClient.newHttpClient()) {
      assertThat(get(client, node, path + "?ticket=" + ticket)).isIn(200, 202);
      assertThat(get(client, node, path + "?ticket=" + local)).isEqualTo(401);
      node.raincheck().keys().revoke(keyId);
      assertThat(get(client, node, path + "?ticket=" + ticket)).isEqualTo(401);
    }
  }

  private Node start() throws Exception {
    var file = folder.resolve("raincheck.yaml");
    Files.writeString(file, "{listen: \"127.0.0.1:0\", admin_listen: off, drain_seconds: 0}");
    return switch (ConfigFile.read(file, Map.<String, String>of()::get)) {
      case Loaded.Valid(var config) ->
          Node.start(
              config, List.of(OperationType.of("echo", (_, _) -> Result.json("{}"))),
              broken -> {
                throw broken;
              });
      case Loaded.Invalid invalid -> throw new AssertionError(invalid);
    };
  }

  private static HttpResponse<String> post(HttpClient client, Node node, String path, String credential)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(node.publicUrl() + path)).POST(BodyPublishers.noBody());
    if (!credential.isEmpty()) request.header("Authorization", credential);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static int get(HttpClient client, Node node, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(node.publicUrl() + path)).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  private static String ticket(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return answer.body().replaceFirst(".*\"ticket\":\"([^\"]+)\".*", "$1");
  }
}
