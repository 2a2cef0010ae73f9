package dev.raincheck.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of one node, as any client would be one: nothing is sent twice behind its back. */
final class Api {
  static final JsonMapper JSON = JsonMapper.shared();

  static {
    System.setProperty("jdk.httpclient.disableRetryConnect", "true");
  }

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(3)).build();

  private final String base;

  /** @param port of a node's main listener */
  Api(int port) {
    base = "http://127.0.0.1:" + port;
  }

  /** A complete answer. */
  record Reply(int status, @Nullable String outcome, JsonNode json) {}

  static HttpClient client() {
    return CLIENT;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path));
  }

  /** @throws IOException if there was no whole answer within the time, so that nobody knows */
  Reply get(String path, Duration atMost) throws IOException, InterruptedException {
    return send(request(path).timeout(atMost).build());
  }

  Reply post(String path, String body, Duration atMost, String... headers) throws IOException, InterruptedException {
    var request =
        request(path).timeout(atMost).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return send(request.build());
  }

  private static Reply send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
    try {
      return new Reply(
          response.statusCode(),
          response.headers().firstValue("Raincheck-Outcome").orElse(null),
          JSON.readTree(response.body()));
    } catch (JacksonException e) {
      throw new IOException("status " + response.statusCode() + " with a body that is no JSON", e);
    }
  }
}
