package dev.raincheck.server.cli;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What the server answered, read whole. */
record Answer(int status, HttpHeaders headers, byte[] body) {
  private static final int RETRY_AFTER_SECONDS_MAX = 3_600;

  /** The body as a JSON object. */
  JsonNode json() {
    return Json.parse(body);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** {@code Retry-After} in its form with seconds, the only one that Raincheck sends. */
  Optional<Duration> retryAfter() {
    return header("Retry-After")
        .filter(value -> value.matches("[0-9]{1,9}"))
        .map(value -> Math.min(Integer.parseInt(value), RETRY_AFTER_SECONDS_MAX))
        .map(Duration::ofSeconds);
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }
}
