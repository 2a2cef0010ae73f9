package dev.raincheck.server.demo;

/** The demo's {@code raincheck.yaml}. */
final class ConfigText {
  private ConfigText() {}

  /**
   * Ports and the slow endpoint's address are those of this run; a host written as an address needs
   * no egress rule.
   */
  static String of(int port, int adminPort, String endpoint, Sizes sizes) {
    return """
    listen: 127.0.0.1:%d
    admin_listen: 127.0.0.1:%d
    store: sqlite:raincheck.db
    drain_seconds: 5

    operations:
      price.quote:                  # a slow endpoint that was there before
        route: /v1/quotes
        target: %s/quotes
        concurrency: %d              # as many at a time as it can bear

      price.broken:                 # one that always fails: a dead letter after three attempts
        target: %s/broken
        max_attempts: 3
        backoff: {first_seconds: 1}
    """
        .formatted(port, adminPort, endpoint, sizes.workers(), endpoint);
  }
}
