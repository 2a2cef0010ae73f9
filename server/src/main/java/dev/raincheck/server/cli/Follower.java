package dev.raincheck.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Follows a stream of events, and comes back to it when the server was restarted. */
final class Follower {
  /** A restart of the server takes seconds; past this many tries it is more than that. */
  private static final int TRIES_MAX = 10;

  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration REST_MAX = Duration.ofSeconds(60);

  private final Api api;
  private final Pause pause;
  private final String path;
  private final String accept;

  /** @param accept what else would do, beside a stream; empty for nothing */
  Follower(Api api, Pause pause, String path, String accept) {
    this.api = api;
    this.pause = pause;
    this.path = path;
    this.accept = "text/event-stream" + accept;
  }

  /**
   * Follows until one of both says with what code to exit.
   *
   * @param from after which event, or null to begin anew
   * @param on is told of each event
   * @param otherwise is given an answer that is no stream
   */
  int follow(
      @Nullable String from,
      Function<EventReader.Event, Optional<Integer>> on,
      Otherwise otherwise)
      throws InterruptedException {
    String seen = from;
    boolean opened = false;
    for (int failures = 0; ; failures++) {
      var rest = Optional.<Duration>empty();
      Stream opening;
      try {
        opening = open(seen);
      } catch (Failure unreachable) {
        // The first answer must come; later the server may be restarting.
        if (!opened || failures >= TRIES_MAX) throw unreachable;
        rest(backoff(failures));
        continue;
      }
      try (var stream = opening) {
        if (!isStream(stream.response())) {
          var answer = stream.answer();
          if (!opened || !isBusy(answer)) return otherwise.exit(answer);
          rest = answer.retryAfter();
        } else {
          opened = true;
          var reader = new EventReader(stream.response().body());
          for (var event = reader.next(); event.isPresent(); event = reader.next()) {
            failures = 0;
            if (event.get().id() != null) seen = event.get().id();
            var exit = on.apply(event.get());
            if (exit.isPresent()) return exit.get();
          }
          rest = reader.retry();
        }
        if (failures >= TRIES_MAX) throw new IOException("the stream ends as soon as it has begun");
      } catch (IOException broken) {
        if (failures >= TRIES_MAX) throw api.unreachable(broken);
      }
      rest(rest.orElse(backoff(failures)));
    }
  }

  private static Duration backoff(int failures) {
    return REST.multipliedBy(1L << Math.min(failures, TRIES_MAX));
  }

  /** What to do with an answer that is no stream. */
  @FunctionalInterface
  interface Otherwise {
    int exit(Answer answer) throws InterruptedException;
  }

  private record Stream(HttpResponse<InputStream> response) implements AutoCloseable {
    Answer answer() throws IOException {
      return new Answer(response.statusCode(), response.headers(), response.body().readAllBytes());
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }

  private Stream open(@Nullable String seen) {
    var headers = new HashMap<String, String>();
    headers.put("Accept", accept);
    if (seen != null) headers.put("Last-Event-ID", seen);
    return new Stream(api.stream(path, headers));
  }

  private static boolean isStream(HttpResponse<InputStream> response) {
    return response.statusCode() == 200
        && response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
  }

  private static boolean isBusy(Answer answer) {
    return answer.status() == 429 || answer.status() == 503;
  }

  private void rest(Duration duration) throws InterruptedException {
    pause.rest(duration.compareTo(REST_MAX) < 0 ? duration : REST_MAX);
  }
}
