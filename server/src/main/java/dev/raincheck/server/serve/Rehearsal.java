package dev.raincheck.server.serve;

import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.log.Logging;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Starts a server, sends it a few requests and stops it: what the build runs once, so that the JVM can
 * remember which classes a start needs and later starts are quick.
 */
public final class Rehearsal {
  private static final int REQUESTS = 50;

  private Rehearsal() {}

  public static void main(String[] args) throws Exception {
    var folder = Files.createTempDirectory("raincheck-rehearsal");
    try {
      run(folder);
    } finally {
      delete(folder);
    }
    System.exit(0);
  }

  private static void run(Path folder) throws Exception {
    var file = folder.resolve("raincheck.yaml");
    Files.writeString(
        file,
        """
        listen: 127.0.0.1:0
        admin_listen: 127.0.0.1:0
        operations:
          rehearsal.target:
            route: /v1/rehearsals
            target: http://127.0.0.1:1/
        """);
    var config =
        switch (ConfigFile.read(file, System::getenv)) {
          case Loaded.Valid(var valid) -> valid;
          case Loaded.Invalid(var errors) -> throw new IllegalStateException(errors.toString());
        };
    Logging.configure(config.log(), OutputStream.nullOutputStream());
    var echo = OperationType.of("rehearsal.echo", (input, context) -> Result.json(input.text()));
    try (var node = Node.start(config, List.of(echo), _ -> {});
        var client = HttpClient.newHttpClient()) {
      for (int i = 0; i < REQUESTS; i++) {
        send(client, node, "POST", "/v1/operations/rehearsal.echo");
        send(client, node, "GET", "/v1/operations?limit=5");
        send(client, node, "GET", "/readyz");
      }
      node.drain(Duration.ZERO);
    }
  }

  private static void send(HttpClient client, Node node, String method, String path) throws Exception {
    var body = method.equals("POST") ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody();
    var request =
        HttpRequest.newBuilder(URI.create(node.publicUrl() + path))
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=5")
            .method(method, body)
            .build();
    client.send(request, HttpResponse.BodyHandlers.discarding());
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
