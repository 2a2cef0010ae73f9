package dev.raincheck.server.target;

import java.time.Duration;
import java.util.Optional;

/** What an attempt at a target means for its operation. */
public sealed interface TargetAnswer {

  /** The target did the work; without a result if it answered 204, 205 or an empty body. */
  record Success(Optional<Result> result) implements TargetAnswer {}

  /**
   * The bytes as sent, with their media type, {@code application/octet-stream} if unnamed.
   *
   * @param overflowed whether they are not here but where the call wanted long ones
   */
  record Result(byte[] bytes, String contentType, boolean overflowed) {}

  /** 202: the target goes on and will call back. */
  record CallsBack() implements TargetAnswer {}

  /**
   * Worth another attempt.
   *
   * @param retryAfter what the target asked for, at most a day
   * @param costsAttempt false if our own limits kept us from asking the target at all
   */
  record Retryable(
      Code code, String detail, Optional<Duration> retryAfter, boolean costsAttempt)
      implements TargetAnswer {
    public enum Code {
      TARGET_FAILED,
      TARGET_TIMEOUT
    }
  }

  /**
   * Not worth another attempt.
   *
   * @param details a JSON object about the target's answer: its own problem, or a short excerpt;
   *     empty if there is nothing to tell
   */
  record Final(Code code, String detail, Optional<String> details) implements TargetAnswer {
    public enum Code {
      TARGET_REJECTED,
      TARGET_RESPONSE_TOO_LARGE,
      BLOCKED_ADDRESS
    }
  }

  /** We broke it off: {@link TargetAttempt#cancel}. */
  record Canceled() implements TargetAnswer {}
}
