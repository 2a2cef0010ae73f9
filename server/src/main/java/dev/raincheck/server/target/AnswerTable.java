package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressAnswer;
import dev.raincheck.server.egress.EgressAnswer.Answered;
import dev.raincheck.server.egress.EgressFault;
import dev.raincheck.server.target.TargetAnswer.CallsBack;
import dev.raincheck.server.target.TargetAnswer.Final;
import dev.raincheck.server.target.TargetAnswer.Result;
import dev.raincheck.server.target.TargetAnswer.Retryable;
import dev.raincheck.server.target.TargetAnswer.Success;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The contract's table: what a target's answer means. Pure, and the only place that knows it.
 * Messages are put together from our own words, since a target or a resolver may say anything.
 */
final class AnswerTable {
  private static final String UNKNOWN_TYPE = "application/octet-stream";

  /** How soon to come back when our own limits were in the way. */
  private static final Duration BUSY_PAUSE = Duration.ofSeconds(1);

  /** How soon to ask for a long answer again that found no room here. */
  static final Duration STORAGE_PAUSE = Duration.ofSeconds(30);

  private AnswerTable() {}

  static TargetAnswer read(EgressAnswer answer, Instant now) {
    return switch (answer) {
      case Answered answered -> byStatus(answered, now);
      case EgressAnswer.Blocked _ -> blocked();
      case EgressAnswer.Failed(var fault) -> failed(fault);
      case EgressAnswer.Canceled _ -> new TargetAnswer.Canceled();
    };
  }

  private static TargetAnswer byStatus(Answered answer, Instant now) {
    int status = answer.status();
    if (status == 202) return new CallsBack();
    if (status == 204 || status == 205) return new Success(Optional.empty());
    if (status < 300) return success(answer);
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      var wait = answer.header("retry-after").flatMap(value -> RetryAfter.parse(value, now));
      return new Retryable(
          Retryable.Code.TARGET_FAILED, "The target answered " + status + ".", wait, true);
    }
    String reason = status < 400 && status != 304 ? "; redirects are not followed." : ".";
    return new Final(
        Final.Code.TARGET_REJECTED,
        "The target answered " + status + reason,
        Optional.of(AnswerDetails.of(answer)));
  }

  private static TargetAnswer success(Answered answer) {
    if (answer.cut()) {
      return new Final(
          Final.Code.TARGET_RESPONSE_TOO_LARGE,
          "The target's answer is longer than this type allows.",
          Optional.empty());
    }
    if (answer.body().length == 0 && !answer.overflowed()) return new Success(Optional.empty());
    String contentType = answer.header("content-type").orElse("");
    boolean known = contentType.length() <= 200 && !AnswerDetails.mediaType(contentType).isEmpty();
    return new Success(
        Optional.of(
            new Result(
                answer.body(), known ? contentType : UNKNOWN_TYPE, answer.overflowed())));
  }

  static Final blocked() {
    return new Final(
        Final.Code.BLOCKED_ADDRESS,
        "The target's address is not allowed; the operator can list it in egress.allow.",
        Optional.empty());
  }

  private static Retryable failed(EgressFault fault) {
    if (fault == EgressFault.BUSY) {
      return new Retryable(
          Retryable.Code.TARGET_FAILED,
          "Too many calls are under way (busy).",
          Optional.of(BUSY_PAUSE),
          false);
    }
    if (fault == EgressFault.STORAGE) {
      return new Retryable(
          Retryable.Code.TARGET_FAILED,
          "The target's answer could not be kept (storage).",
          Optional.of(STORAGE_PAUSE),
          false);
    }
    if (fault == EgressFault.TIMEOUT) return late();
    return new Retryable(
        Retryable.Code.TARGET_FAILED,
        "The call to the target failed (" + fault.word() + ").",
        Optional.empty(),
        true);
  }

  static Retryable late() {
    return new Retryable(
        Retryable.Code.TARGET_TIMEOUT,
        "The target did not answer in time (timeout).",
        Optional.empty(),
        true);
  }
}
