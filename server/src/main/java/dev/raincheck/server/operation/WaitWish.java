package dev.raincheck.server.operation;

import dev.raincheck.protocol.HeaderNames;
import dev.raincheck.server.http.Request;
import java.time.Duration;

/**
 * How long a request would wait.
 *
 * @param seconds as will be applied: cut to what is configured; 0 for not at all
 * @param preferred whether it was a preference, so that {@code Preference-Applied} tells of it
 */
public record WaitWish(int seconds, boolean preferred) {
  private static final String PARAMETER = "wait";

  /**
   * Of a GET: {@code ?wait=} wins over {@code Prefer: wait}.
   *
   * @throws dev.raincheck.server.http.RefusedException 400 if the parameter is no integer from 0 to
   *     55
   */
  public static WaitWish read(Request request, Duration maxWait) {
    var parameter = request.query().single(PARAMETER);
    if (parameter.isPresent()) {
      int seconds = Prefer.seconds(parameter.get());
      if (seconds < 0 || seconds > OperationSettings.WAIT_SECONDS_MAX) {
        throw Wrongs.badParameter(PARAMETER, "wait is a whole number of seconds from 0 to 55.");
      }
      return new WaitWish(cut(seconds, maxWait), false);
    }
    return of(Prefer.parse(request.headers(HeaderNames.PREFER)), maxWait);
  }

  /** Of any request that takes preferences only. */
  static WaitWish of(Prefer prefer, Duration maxWait) {
    return new WaitWish(cut(prefer.waitSeconds(), maxWait), prefer.waits());
  }

  private static int cut(int seconds, Duration maxWait) {
    return (int) Math.clamp((long) seconds, 0, maxWait.toSeconds());
  }

  public boolean any() {
    return seconds > 0;
  }

  public Duration duration() {
    return Duration.ofSeconds(seconds);
  }
}
