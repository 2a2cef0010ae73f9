package dev.raincheck.server.http;

import java.time.Duration;

/**
 * What a client may ask of the front in time and space.
 *
 * @param headerTime from the first byte of a request to the end of its header; then 408. Default
 *     10 s
 * @param bodyStillTime how long a body may stand still, and how long it may take before its pace
 *     is looked at; then 408. Default 30 s
 * @param bodyBytesPerSecondMin the pace on average after that; then 408. Also the pace at which an
 *     answer must be taken. Default 500
 * @param idleTime of a kept-alive connection, which is then closed silently. Default 60 s
 * @param lingerTime how long a closing connection is still read, so that a client that is writing
 *     sees the answer instead of a reset. Default 2 s
 * @param goneAfter how long a waiting client is believed to be there before its connection is
 *     watched. Default 1 s
 * @param uriBytesMax of the request target; then 414. Default 8 KiB
 * @param headerBytesMax of the header section; then 431. Default 16 KiB
 * @param bodiesBytesMax of all bodies held at once; then 503. Default a quarter of the heap
 * @param requestsMax running at once, not counting waits; then 503. Default 2,000
 * @param connectionsMax per door; one more is closed at once. Default 16,384
 * @param backlog of the system, for connections not accepted yet. Default 1,024
 */
public record HttpLimits(
    Duration headerTime,
    Duration bodyStillTime,
    int bodyBytesPerSecondMin,
    Duration idleTime,
    Duration lingerTime,
    Duration goneAfter,
    int uriBytesMax,
    int headerBytesMax,
    long bodiesBytesMax,
    int requestsMax,
    int connectionsMax,
    int backlog) {

  public static final HttpLimits DEFAULT =
      new HttpLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          500,
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          8 << 10,
          16 << 10,
          Runtime.getRuntime().maxMemory() / 4,
          2_000,
          16_384,
          1_024);

  public HttpLimits {
    positive("header-time", headerTime);
    positive("body-still-time", bodyStillTime);
    positive("idle-time", idleTime);
    positive("linger-time", lingerTime);
    positive("gone-after", goneAfter);
    positive("body-bytes-per-second-min", bodyBytesPerSecondMin);
    positive("uri-bytes-max", uriBytesMax);
    positive("header-bytes-max", headerBytesMax);
    positive("bodies-bytes-max", bodiesBytesMax);
    positive("requests-max", requestsMax);
    positive("connections-max", connectionsMax);
    positive("backlog", backlog);
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("http.%s (%s) must be positive".formatted(key, value));
    }
  }

  private static void positive(String key, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException("http.%s (%d) must be positive".formatted(key, value));
    }
  }
}
