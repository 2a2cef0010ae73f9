package dev.raincheck.server.config;

import java.time.Duration;

/** How many requests one API key may send in a window. The default is far above what one needs. */
public record RateLimit(int requests, Duration window) {
  public static final RateLimit DEFAULT = new RateLimit(1_000_000, Duration.ofSeconds(10));

  public RateLimit {
    new Checks()
        .range("requests", requests, 1, 1_000_000_000)
        .seconds("window_seconds", window, 1, 86_400)
        .done();
  }
}
