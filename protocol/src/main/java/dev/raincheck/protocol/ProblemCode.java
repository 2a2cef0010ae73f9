package dev.raincheck.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The closed list of what can go wrong: each code with its HTTP status, a title, and whether the
 * same request may succeed later.
 *
 * <p>The first part is refusals of requests; the second is how operations fail while they run
 * ({@code error.code} of the operation, and the answer of its {@code /result}). Handlers may add
 * their own codes, prefixed {@code x_}; those are not listed here.
 */
public enum ProblemCode {
  INVALID_REQUEST(400, "The request cannot be read"),
  UNKNOWN_FIELD(400, "Unknown field"),
  IDEMPOTENCY_KEY_REQUIRED(400, "Idempotency-Key is required"),
  IDEMPOTENCY_KEY_INVALID(400, "Idempotency-Key is invalid"),
  CURSOR_INVALID(400, "The cursor is invalid"),
  UNAUTHORIZED(401, "Credentials are missing or unknown"),
  TICKET_INVALID(401, "The ticket is invalid or has expired"),
  INSUFFICIENT_SCOPE(403, "The credential lacks a scope"),
  NOT_FOUND(404, "Not found"),
  OPERATION_NOT_FOUND(404, "No such operation"),
  OPERATION_TYPE_NOT_FOUND(404, "No such operation type"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  NOT_ACCEPTABLE(406, "Not acceptable"),
  REQUEST_TIMEOUT(408, "The request took too long to arrive", Retry.LATER),
  OPERATION_NOT_DONE(409, "The operation is not done"),
  OPERATION_CANCELED(409, "The operation was canceled"),
  OPERATION_CONFLICT(409, "The operation is in another state"),
  NOT_CANCELABLE(409, "The operation cannot be canceled"),
  LEASE_LOST(409, "The lease is lost"),
  OPERATION_GONE(410, "The operation is gone"),
  RESULT_EXPIRED(410, "The result has expired"),
  CURSOR_EXPIRED(410, "The cursor has expired"),
  PRECONDITION_FAILED(412, "Precondition failed"),
  PAYLOAD_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The URI is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  RANGE_NOT_SATISFIABLE(416, "Range not satisfiable"),
  EXPECTATION_FAILED(417, "Expectation failed"),
  VALIDATION_FAILED(422, "The request is not valid"),
  IDEMPOTENCY_KEY_REUSED(422, "The Idempotency-Key was used for another request"),
  ENDPOINT_URL_BLOCKED(422, "The endpoint's URL is blocked"),
  ENDPOINT_VERIFICATION_FAILED(422, "The endpoint could not be verified"),
  QUOTA_EXCEEDED(429, "Quota exceeded", Retry.LATER),
  CONCURRENCY_EXCEEDED(429, "Too many at once", Retry.LATER),
  HEADERS_TOO_LARGE(431, "The header section is too large"),
  /** Retryable for whoever repeats with the same idempotency key. */
  INTERNAL(500, "Internal error", Retry.LATER),
  NOT_IMPLEMENTED(501, "Not implemented"),
  OVERLOADED(503, "Overloaded", Retry.LATER),
  UNAVAILABLE(503, "Unavailable", Retry.LATER),
  HTTP_VERSION_NOT_SUPPORTED(505, "HTTP version not supported"),

  TARGET_REJECTED(422, "The target refused the work"),
  TARGET_FAILED(502, "The target failed", Retry.LATER),
  TARGET_TIMEOUT(504, "The target did not answer in time", Retry.LATER),
  TARGET_RESPONSE_TOO_LARGE(502, "The target's answer is too large"),
  BLOCKED_ADDRESS(502, "The target's address is blocked"),
  HANDLER_FAILED(500, "The handler failed"),
  DEADLINE_EXCEEDED(504, "The operation's deadline has passed", Retry.LATER),
  EXPIRED(504, "The operation was not started in time", Retry.LATER),
  WORKER_LOST(500, "The worker was lost", Retry.LATER);

  private static final Map<String, ProblemCode> BY_CODE =
      Arrays.stream(values()).collect(Collectors.toMap(ProblemCode::code, Function.identity()));

  private enum Retry {
    NO,
    LATER
  }

  private final String code;
  private final int status;
  private final String title;
  private final boolean retryable;

  ProblemCode(int status, String title) {
    this(status, title, Retry.NO);
  }

  ProblemCode(int status, String title, Retry retry) {
    this.code = name().toLowerCase(Locale.ROOT);
    this.status = status;
    this.title = title;
    this.retryable = retry == Retry.LATER;
  }

  /** The code whose {@link #code()} this is; empty for handlers' own codes and unknown ones. */
  public static Optional<ProblemCode> of(String code) {
    return Optional.ofNullable(BY_CODE.get(code));
  }

  /** The word on the wire: lower case, {@code payload_too_large}. */
  public String code() {
    return code;
  }

  /** The HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** What a person reads first; the same for every problem of this code. */
  public String title() {
    return title;
  }

  /** Whether repeating the same request later may succeed. */
  public boolean retryable() {
    return retryable;
  }
}
