package dev.raincheck.server.target;

import dev.raincheck.server.config.Secret;
import dev.raincheck.server.egress.EgressAnswer;
import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import dev.raincheck.server.target.AccessTokens.Grant;
import dev.raincheck.server.target.TargetAnswer.Retryable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a token endpoint's answer means. Refusals are retried: someone will mend the settings. */
final class TokenAnswer {
  /** For endpoints that do not say how long their token lasts. */
  private static final Duration USUAL_LIFE = Duration.ofMinutes(5);

  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /** A token is dropped this long before it ends, so that it does not end on the way. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private TokenAnswer() {}

  static Grant read(EgressAnswer answer, Instant now) {
    return switch (answer) {
      case EgressAnswer.Answered answered when answered.status() == 200 && !answered.cut() ->
          granted(answered.body(), now);
      case EgressAnswer.Answered answered -> refused("answered " + answered.status());
      case EgressAnswer.Blocked _ -> new Grant.Refused(AnswerTable.blocked());
      case EgressAnswer.Failed(var fault) -> refused("cannot be reached: " + fault.word());
      case EgressAnswer.Canceled _ -> refused("was not asked");
    };
  }

  private static Grant granted(byte[] body, Instant now) {
    if (!(Json.read(body) instanceof Reading.Value(var document))) return unusable();
    String token = document.path("access_token").asString("");
    String kind = document.path("token_type").asString("Bearer");
    if (!token.matches("[!-~]{1,8000}") || !kind.equalsIgnoreCase("Bearer")) return unusable();

    Duration life = life(document.path("expires_in").asLong(USUAL_LIFE.toSeconds()));
    Duration tenth = life.dividedBy(10);
    Duration margin = tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN;
    return new Grant.Token(new Secret(token), now.plus(life).minus(margin));
  }

  private static Duration life(long seconds) {
    return Duration.ofSeconds(Math.clamp(seconds, 0, LONGEST_LIFE.toSeconds()));
  }

  private static Grant unusable() {
    return refused("gave no usable token");
  }

  private static Grant refused(String what) {
    return new Grant.Refused(
        new Retryable(
            Retryable.Code.TARGET_FAILED,
            "The target was not called, because the token endpoint " + what + ".",
            Optional.empty(),
            true));
  }
}
