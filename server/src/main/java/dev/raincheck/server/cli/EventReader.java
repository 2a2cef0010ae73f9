package dev.raincheck.server.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events, as far as Raincheck writes them. */
final class EventReader {
  /** An event is a document at most; more is no stream of ours. */
  private static final int LINE_MAX = 64 * 1024 * 1024;

  private final BufferedReader lines;
  private Optional<Duration> retry = Optional.empty();

  EventReader(InputStream stream) {
    lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /**
   * One event.
   *
   * @param id where to resume, or null if not here
   */
  record Event(String name, @Nullable String id, String data) {}

  /** The next one; empty at the end of the stream. */
  Optional<Event> next() throws IOException {
    String name = "message";
    String id = null;
    var data = new StringBuilder();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      if (data.length() + line.length() > LINE_MAX) throw new IOException("an event is too long");
      if (line.isEmpty() && !data.isEmpty()) return Optional.of(new Event(name, id, data.toString()));
      int colon = line.indexOf(':');
      if (colon <= 0) continue;
      var value = line.substring(colon + 1).stripLeading();
      switch (line.substring(0, colon)) {
        case "event" -> name = value;
        case "id" -> id = value;
        case "data" -> data.append(value);
        case "retry" -> retry = millis(value);
        default -> {} // a field that we do not know is skipped, as the standard says
      }
    }
    return Optional.empty();
  }

  private static Optional<Duration> millis(String text) {
    return text.matches("[0-9]{1,7}") ? Optional.of(Duration.ofMillis(Integer.parseInt(text))) : Optional.empty();
  }

  /** How long the server would have us wait before we come back. */
  Optional<Duration> retry() {
    return retry;
  }
}
