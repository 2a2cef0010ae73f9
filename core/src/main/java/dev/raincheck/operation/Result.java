package dev.raincheck.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Payload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of an attempt. */
public sealed interface Result {
  /** The work is done and gave these bytes. */
  record Done(byte[] bytes, String mediaType) implements Result {}

  /** The work is done and its result is where a {@link ResultStream} put it. */
  record Stored(Payload payload) implements Result {}

  /** The work is done and gives no result. */
  record Void() implements Result {}

  /**
   * The attempt failed.
   *
   * @param retry whether another attempt may help
   * @param retryAfter instead of the type's backoff, or null
   */
  record Failed(Failure failure, boolean retry, @Nullable Duration retryAfter) implements Result {}

  /** Not now: try again after the pause, at no attempt's cost. */
  record Snoozed(Duration pause) implements Result {}

  /** The work is done, and so recorded in a transaction of the handler's own, which has committed. */
  record Completed() implements Result {}

  /** The work goes on elsewhere, and its end will be told by calling back before the attempt's deadline. */
  record CallsBack() implements Result {}

  static Result json(String json) {
    return new Done(json.getBytes(UTF_8), "application/json");
  }

  /** A result in memory; a long one is better written to {@link Context#stream}. */
  static Result bytes(byte[] bytes, String mediaType) {
    return new Done(bytes, mediaType);
  }

  static Result none() {
    return new Void();
  }

  /**
   * The handler has recorded the end itself, result included, in the transaction that changed its own data. If that
   * transaction has not committed, the attempt counts as failed, and another one may follow.
   */
  static Result completed() {
    return new Completed();
  }

  /**
   * A final failure with a code of the handler's own: no further attempt.
   *
   * @param code begins with {@code x_}
   * @param status 400 to 599, which the operation's result answers with
   */
  static Result failed(String code, int status, String detail) {
    return new Failed(own(code, status, detail, false), false, null);
  }

  /** As {@link #failed}, but another attempt may help. */
  static Result retry(String code, int status, String detail, @Nullable Duration after) {
    return new Failed(own(code, status, detail, true), true, after);
  }

  private static Failure own(String code, int status, String detail, boolean retryable) {
    if (!code.startsWith("x_")) {
      throw new IllegalArgumentException("a handler's own code begins with x_, not " + code);
    }
    return new Failure(code, status, "The handler failed", detail, retryable);
  }
}
