package dev.raincheck.server.http;

import java.time.Duration;

/** The default limits with one thing changed. */
final class Limits {
  private static final HttpLimits D = HttpLimits.DEFAULT;

  private Limits() {}

  static HttpLimits header(Duration time) {
    return of(time, D.bodyStillTime(), D.idleTime(), D.goneAfter());
  }

  static HttpLimits body(Duration stillTime) {
    return of(D.headerTime(), stillTime, D.idleTime(), D.goneAfter());
  }

  static HttpLimits idle(Duration time) {
    return of(D.headerTime(), D.bodyStillTime(), time, D.goneAfter());
  }

  static HttpLimits gone(Duration after) {
    return of(D.headerTime(), D.bodyStillTime(), D.idleTime(), after);
  }

  static HttpLimits requests(int most) {
    return sized(D.bodiesBytesMax(), most, D.connectionsMax());
  }

  static HttpLimits connections(int most) {
    return sized(D.bodiesBytesMax(), D.requestsMax(), most);
  }

  static HttpLimits bodies(long bytes) {
    return sized(bytes, D.requestsMax(), D.connectionsMax());
  }

  private static HttpLimits of(Duration header, Duration still, Duration idle, Duration gone) {
    return new HttpLimits(
        header,
        still,
        D.bodyBytesPerSecondMin(),
        idle,
        D.lingerTime(),
        gone,
        D.uriBytesMax(),
        D.headerBytesMax(),
        D.bodiesBytesMax(),
        D.requestsMax(),
        D.connectionsMax(),
        D.backlog());
  }

  private static HttpLimits sized(long bodies, int requests, int connections) {
    return new HttpLimits(
        D.headerTime(),
        D.bodyStillTime(),
        D.bodyBytesPerSecondMin(),
        D.idleTime(),
        D.lingerTime(),
        D.goneAfter(),
        D.uriBytesMax(),
        D.headerBytesMax(),
        bodies,
        requests,
        connections,
        D.backlog());
  }
}
