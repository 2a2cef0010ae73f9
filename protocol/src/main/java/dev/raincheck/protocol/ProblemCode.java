package dev.raincheck.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The closed list of what can go wrong: each code with its HTTP status, a title, whether the same
 * request may succeed later, when it happens and what to do about it. What {@code /problems} and
 * docs/problems.md say is taken from here.
 *
 * <p>The first part is refusals of requests; the second is how operations fail while they run
 * ({@code error.code} of the operation, and the answer of its {@code /result}). Handlers may add
 * their own codes, prefixed {@code x_}; those are not listed here.
 */
public enum ProblemCode {
  INVALID_REQUEST(
      400,
      "The request cannot be read",
      "The request could not be understood: broken HTTP or JSON, a member of the wrong "
          + "JSON type, a bad query value or header.",
      "Correct what errors[] points at; the same request will be refused again."),
  UNKNOWN_FIELD(
      400,
      "Unknown field",
      "The body has a member, or a submit has a query parameter, that is not known here. "
          + "Members are never ignored.",
      "Leave out what errors[] names, or correct its spelling."),
  IDEMPOTENCY_KEY_REQUIRED(
      400,
      "Idempotency-Key is required",
      "The operation type takes only submits that can be repeated safely, and this one "
          + "has no Idempotency-Key.",
      "Send an Idempotency-Key that is the same whenever you repeat this request, and new "
          + "for new work."),
  IDEMPOTENCY_KEY_INVALID(
      400,
      "Idempotency-Key is invalid",
      "The Idempotency-Key is empty, longer than 255 characters, given twice, or has "
          + "characters that it may not have.",
      "Send one key of 1 to 255 visible ASCII characters, such as a UUID."),
  CURSOR_INVALID(
      400,
      "The cursor is invalid",
      "The cursor is not one that this list gave to this tenant with these filters.",
      "Begin the list again without a cursor, and repeat the filters exactly when you "
          + "follow next_cursor."),
  UNAUTHORIZED(
      401,
      "Credentials are missing or unknown",
      "There is no credential, or it is unknown, expired or revoked.",
      "Send Authorization: Bearer with a valid key or token."),
  TICKET_INVALID(
      401,
      "The ticket is invalid or has expired",
      "The ticket is not one of ours, has expired, or is for another operation or "
          + "purpose.",
      "Ask whoever gave you the ticket for a new one."),
  INSUFFICIENT_SCOPE(
      403,
      "The credential lacks a scope",
      "The credential is known, but may not do this.",
      "Use a credential that has the scope which detail names."),
  NOT_FOUND(
      404,
      "Not found",
      "There is nothing at this path.",
      "Check the path and the base URL."),
  OPERATION_NOT_FOUND(
      404,
      "No such operation",
      "There is no operation with this id that your credential can see.",
      "Check the id, and that the credential belongs to the tenant that submitted it."),
  OPERATION_TYPE_NOT_FOUND(
      404,
      "No such operation type",
      "No operation type has this name.",
      "GET /v1/operation-types lists those that there are."),
  METHOD_NOT_ALLOWED(
      405,
      "Method not allowed",
      "The path exists, but not with this method.",
      "Use one of the methods in Allow."),
  NOT_ACCEPTABLE(
      406,
      "Not acceptable",
      "None of the media types in Accept can be had here.",
      "Accept application/json, or what the documentation of the route names."),
  REQUEST_TIMEOUT(
      408,
      "The request took too long to arrive",
      Retry.LATER,
      "The header or the body of the request came too slowly.",
      "Send it again, faster; with the same Idempotency-Key if it has one."),
  OPERATION_NOT_DONE(
      409,
      "The operation is not done",
      "The operation has not ended, and this needs one that has.",
      "Poll or wait until done is true, or cancel it first."),
  OPERATION_CANCELED(
      409,
      "The operation was canceled",
      "The operation was canceled, so there is no result.",
      "Submit or retry it if the work is still wanted."),
  OPERATION_CONFLICT(
      409,
      "The operation is in another state",
      "The state of the operation does not allow this now.",
      "Read the operation again and decide anew."),
  NOT_CANCELABLE(
      409,
      "The operation cannot be canceled",
      "Operations of this type cannot be canceled: they run to their end.",
      "Wait for the end."),
  LEASE_LOST(
      409,
      "The lease is lost",
      "The attempt that reports is not the current one any more, or has already ended in "
          + "another way.",
      "Stop working on it: whatever it found is not recorded."),
  OPERATION_GONE(
      410,
      "The operation is gone",
      "The operation was deleted, or its time of retention is over.",
      "Nothing brings it back; submit anew if the work is still wanted."),
  RESULT_EXPIRED(
      410,
      "The result has expired",
      "The operation is still known, but its result was kept for a shorter time, which is "
          + "over.",
      "Retry the operation to have a result again."),
  CURSOR_EXPIRED(
      410,
      "The cursor has expired",
      "The history that you want to go on from was trimmed.",
      "Read the operation as it is now, and go on from there."),
  PRECONDITION_FAILED(
      412,
      "Precondition failed",
      "If-Match names another version: somebody, or the work itself, changed the "
          + "operation meanwhile.",
      "Read it again, and repeat with its new ETag if you still want to."),
  PAYLOAD_TOO_LARGE(
      413,
      "The body is too large",
      "The body is longer than may be sent here.",
      "Send less; the limit is in detail and on the card of the operation type."),
  URI_TOO_LONG(
      414,
      "The URI is too long",
      "The request target is longer than 8 KiB.",
      "Shorten the query."),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "Unsupported media type",
      "The Content-Type is missing, or not one that is accepted here, or the body is "
          + "compressed.",
      "Send one of the media types in Accept-Post, uncompressed."),
  RANGE_NOT_SATISFIABLE(
      416,
      "Range not satisfiable",
      "The range begins after the end of the result.",
      "Ask for a range within the length that Content-Range tells."),
  EXPECTATION_FAILED(
      417,
      "Expectation failed",
      "The Expect header asks for something other than 100-continue.",
      "Leave it out."),
  VALIDATION_FAILED(
      422,
      "The request is not valid",
      "The request was understood, but what it says is not allowed: the schema of the "
          + "type, a range, or a size.",
      "Correct what errors[] points at; the same request will be refused again."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      "The Idempotency-Key was used for another request",
      "The Idempotency-Key was used with another body.",
      "Use a new key for new work, and the same key only with the very same request."),
  ENDPOINT_URL_BLOCKED(
      422,
      "The endpoint's URL is blocked",
      "The URL leads to where this server does not call.",
      "Give a URL on an allowed host, or ask the operator to allow it."),
  ENDPOINT_VERIFICATION_FAILED(
      422,
      "The endpoint could not be verified",
      "The endpoint did not answer the challenge that was sent to it.",
      "Make it answer the challenge, then try again."),
  QUOTA_EXCEEDED(
      429,
      "Quota exceeded",
      Retry.LATER,
      "The credential has sent more requests than it may in this time.",
      "Wait as long as Retry-After says; RateLimit tells how many requests are left."),
  CONCURRENCY_EXCEEDED(
      429,
      "Too many at once",
      Retry.LATER,
      "As many requests of this credential are open at once as may be.",
      "Close some, or wait as long as Retry-After says."),
  HEADERS_TOO_LARGE(
      431,
      "The header section is too large",
      "The header section is longer than may be sent.",
      "Send fewer or shorter headers, cookies above all."),
  /** Retryable for whoever repeats with the same idempotency key. */
  INTERNAL(
      500,
      "Internal error",
      Retry.LATER,
      "Something failed on our side, and it is not known what became of the request.",
      "Repeat it, a submit with the same Idempotency-Key; if it goes on, report the "
          + "instance."),
  NOT_IMPLEMENTED(
      501,
      "Not implemented",
      "The contract names this, but this version does not have it, or the method is not "
          + "one of HTTP's.",
      "Do without it, or use a newer version."),
  OVERLOADED(
      503,
      "Overloaded",
      Retry.LATER,
      "More is asked for than can be taken now. This request did nothing.",
      "Repeat it after Retry-After."),
  UNAVAILABLE(
      503,
      "Unavailable",
      Retry.LATER,
      "The server is starting, stopping, or cannot reach its store now.",
      "Repeat the request after Retry-After, a submit with the same Idempotency-Key."),
  HTTP_VERSION_NOT_SUPPORTED(
      505,
      "HTTP version not supported",
      "The request is in a version of HTTP that is not spoken here.",
      "Use HTTP/1.1, or HTTP/2 where it is offered."),

  TARGET_REJECTED(
      422,
      "The target rejected the request",
      "The target answered the work with a final refusal: a 4xx that does not mean later, "
          + "or a redirect, which is never followed.",
      "Look at error.details for what it said, correct the input, and submit or retry."),
  TARGET_FAILED(
      502,
      "The target failed",
      Retry.LATER,
      "The target answered with a 5xx, broke off, or could not be reached, on every "
          + "attempt that the type allows.",
      "Retry the operation when the target works again."),
  TARGET_TIMEOUT(
      504,
      "The attempt timed out",
      Retry.LATER,
      "The target did not answer, or did not call back, in the time of an attempt, on "
          + "every attempt that the type allows.",
      "Retry the operation, or ask for a longer time-out of the type."),
  TARGET_RESPONSE_TOO_LARGE(
      502,
      "The target's answer is too large",
      "The target's answer is longer than the type allows.",
      "Ask for less, or for a higher response limit of the type."),
  BLOCKED_ADDRESS(
      502,
      "The target's address is not allowed",
      "The target's name leads to an address that this server does not call.",
      "The operator can allow it in egress.allow."),
  HANDLER_FAILED(
      500,
      "The handler failed",
      "The program that does the work ended with an error of its own.",
      "Look at error.detail and the logs; retry once it is corrected."),
  DEADLINE_EXCEEDED(
      504,
      "The operation's deadline passed",
      Retry.LATER,
      "The operation's deadline passed before it was done.",
      "Retry it, with a later deadline if the work takes that long."),
  EXPIRED(
      504,
      "The operation was not started in time",
      Retry.LATER,
      "The operation could not be started by the time that start_by named.",
      "Submit it anew if it is still wanted."),
  WORKER_LOST(
      500,
      "The worker was lost",
      Retry.LATER,
      "The process that did the work disappeared, as often as the type allows attempts.",
      "Retry the operation; if it goes on, look whether the work itself ends the process.");

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

  private final String when;
  private final String remedy;

  ProblemCode(int status, String title, String when, String remedy) {
    this(status, title, Retry.NO, when, remedy);
  }

  ProblemCode(int status, String title, Retry retry, String when, String remedy) {
    this.code = name().toLowerCase(Locale.ROOT);
    this.status = status;
    this.title = title;
    this.retryable = retry == Retry.LATER;
    this.when = when;
    this.remedy = remedy;
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

  /** When it happens: a sentence or two for people, in plain text. */
  public String when() {
    return when;
  }

  /** What to do about it: a sentence for people, in plain text. */
  public String remedy() {
    return remedy;
  }

  /** Whether operations fail with it while they run; the others refuse requests. */
  public boolean ofOperations() {
    return ordinal() >= TARGET_REJECTED.ordinal() || this == OPERATION_CANCELED;
  }
}
