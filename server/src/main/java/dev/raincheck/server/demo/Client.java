package dev.raincheck.server.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/** Talks HTTP as any client would: nothing here knows that the server is in the same process. */
final class Client implements AutoCloseable {
  /** Longer than the longest long-poll, so that a time-out means trouble. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  /** One long-poll. */
  private static final int WAIT_SECONDS = 20;

  /** Operations of the tour take seconds; one that takes this long will not end. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final LongSupplier nanos;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http;

  /**
   * @param nanos a clock that only differences mean something of
   */
  Client(LongSupplier nanos) {
    this.nanos = nanos;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER)
            .executor(threads)
            .build();
  }

  /** How an operation was followed to its end. */
  record Followed(Seen last, int polls, Duration took) {
    JsonNode operation() {
      return last.json();
    }
  }

  Seen send(Call call) throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(URI.create(call.url())).timeout(ANSWER);
      for (var header : call.headers()) {
        int colon = header.indexOf(':');
        request.header(header.substring(0, colon), header.substring(colon + 2));
      }
      request.method(call.method(), publisher(call.body()));
      long from = nanos.getAsLong();
      var answer = http.send(request.build(), BodyHandlers.ofByteArray());
      var took = Duration.ofNanos(nanos.getAsLong() - from);
      return new Seen(call, answer.statusCode(), answer.headers(), answer.body(), took);
    } catch (IOException e) {
      throw new UncheckedIOException(call.method() + " " + call.url() + ": " + e, e);
    }
  }

  private static BodyPublisher publisher(Call.Body body) throws IOException {
    return switch (body) {
      case Call.Body.Nothing _ -> BodyPublishers.noBody();
      case Call.Body.Text(var text) -> BodyPublishers.ofString(text);
      case Call.Body.File(var path) -> BodyPublishers.ofByteArray(Files.readAllBytes(path));
    };
  }

  /**
   * Waits for an operation's end by long-polls that end early when something changes.
   *
   * @param accepted the answer to its submit
   * @param changed told each document that differs from the one before, the last one too
   */
  Followed follow(Seen accepted, Consumer<JsonNode> changed) throws InterruptedException {
    long from = nanos.getAsLong();
    var last = accepted;
    var url = accepted.header("Location").orElseThrow();
    int polls = 0;
    while (!last.json().path("done").asBoolean()) {
      if (nanos.getAsLong() - from > PATIENCE.toNanos()) {
        throw new IllegalStateException(accepted.id() + " does not end: " + last.brief());
      }
      var poll =
          Call.get(url)
              .header("Prefer", "wait=" + WAIT_SECONDS)
              .header("If-None-Match", last.header("ETag").orElseThrow());
      var seen = send(poll);
      polls++;
      if (seen.status() == 304) continue;
      last = seen.status() == 202 ? seen : seen.expect(200);
      changed.accept(last.json());
    }
    return new Followed(last, polls, Duration.ofNanos(nanos.getAsLong() - from));
  }

  @Override
  public void close() {
    http.shutdownNow();
    threads.shutdownNow();
  }
}
