package dev.raincheck.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * One server's API, as the commands use it: blocking, and with every way of not getting an answer
 * turned into a {@link Failure}.
 */
final class Api implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Longer than the longest long-poll (55 s), so that a time-out means trouble. */
  private static final Duration ANSWER = Duration.ofSeconds(90);

  /** Documents are small; results go to {@link #stream}. */
  private static final int BODY_BYTES_MAX = 64 * 1024 * 1024;

  private static final long BODY_BYTES_PER_SECOND_MIN = 10_000;

  private final URI base;
  private final Optional<String> key;
  private final HttpClient http;

  /**
   * @param key the API key to send, if any
   * @param trust whose certificates are believed; empty: the usual authorities'
   */
  Api(URI base, Optional<String> key, Optional<SSLContext> trust) {
    this.base = base;
    this.key = key;
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER);
    trust.ifPresent(client::sslContext);
    this.http = client.build();
  }

  /** An answer of any kind. */
  Answer send(String method, String path, Map<String, String> headers, BodyPublisher body) {
    return send(method, path, headers, body, within(body));
  }

  /** The same for who does not want to wait as long. */
  Answer send(
      String method, String path, Map<String, String> headers, BodyPublisher body, Duration within) {
    var response = exchange(method, path, headers, body, within);
    try (var stream = response.body()) {
      byte[] bytes = stream.readNBytes(BODY_BYTES_MAX + 1);
      if (bytes.length > BODY_BYTES_MAX) {
        throw new Failure(ExitCode.UNREACHABLE, "the answer is larger than 64 MiB");
      }
      return new Answer(response.statusCode(), response.headers(), bytes);
    } catch (IOException broken) {
      throw unreachable(broken);
    }
  }

  /** A success, or a {@link Failure} that tells the problem. */
  Answer call(String method, String path, Map<String, String> headers, BodyPublisher body) {
    var answer = send(method, path, headers, body);
    if (!answer.isSuccess()) throw Problems.failure(answer);
    return answer;
  }

  Answer get(String path) {
    return call("GET", path, Map.of(), BodyPublishers.noBody());
  }

  /** An answer whose body the caller reads and closes. */
  HttpResponse<InputStream> stream(String path, Map<String, String> headers) {
    return exchange("GET", path, headers, BodyPublishers.noBody(), ANSWER);
  }

  /** A long body needs its time as well; the server ends one that comes too slowly. */
  private static Duration within(BodyPublisher body) {
    return ANSWER.plusSeconds(Math.max(0, body.contentLength()) / BODY_BYTES_PER_SECOND_MIN);
  }

  private HttpResponse<InputStream> exchange(
      String method,
      String path,
      Map<String, String> headers,
      BodyPublisher body,
      Duration within) {
    try {
      var request = HttpRequest.newBuilder(resolve(path)).timeout(within).method(method, body);
      headers.forEach(request::header);
      key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
      request.header("User-Agent", "raincheck-cli/" + Version.number());
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IllegalArgumentException unsendable) {
      // The message would repeat the value, which may be the API key.
      throw new Failure(ExitCode.USAGE, "a URL, key or header holds characters that HTTP refuses");
    } catch (IOException broken) {
      throw unreachable(broken);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.UNREACHABLE, "interrupted");
    }
  }

  Failure unreachable(IOException broken) {
    var why =
        switch (broken) {
          case HttpTimeoutException _ -> "no answer in time";
          case ConnectException _ -> "the connection was refused";
          case SSLException tls -> "TLS failed (%s)".formatted(tls.getMessage());
          default ->
              Optional.ofNullable(broken.getMessage()).orElse(broken.getClass().getSimpleName());
        };
    return new Failure(
        ExitCode.UNREACHABLE,
        "cannot reach %s: %s; is the server running there? (`raincheck serve`, --url)"
            .formatted(base, why));
  }

  private URI resolve(String path) {
    var root = base.toString();
    return URI.create((root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + path);
  }

  /** A path segment or query value, whatever characters it has. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
