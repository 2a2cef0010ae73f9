package dev.raincheck.ledger;

/** The closed list of run-time failures that the engine itself gives. */
public enum FailureCode {
  TARGET_REJECTED("target_rejected", 422, "The target rejected the request", false),
  TARGET_FAILED("target_failed", 502, "The target failed", true),
  TARGET_TIMEOUT("target_timeout", 504, "The attempt timed out", true),
  TARGET_RESPONSE_TOO_LARGE("target_response_too_large", 502, "The target's answer is too large", false),
  BLOCKED_ADDRESS("blocked_address", 502, "The target's address is not allowed", false),
  HANDLER_FAILED("handler_failed", 500, "The handler failed", false),
  DEADLINE_EXCEEDED("deadline_exceeded", 504, "The operation's deadline passed", true),
  EXPIRED("expired", 504, "The operation was not started in time", true),
  WORKER_LOST("worker_lost", 500, "The worker was lost", true);

  private final String text;
  private final int status;
  private final String title;
  private final boolean retryable;

  FailureCode(String text, int status, String title, boolean retryable) {
    this.text = text;
    this.status = status;
    this.title = title;
    this.retryable = retryable;
  }

  /** The public word, such as {@code target_failed}. */
  public String text() {
    return text;
  }

  public Failure because(String detail) {
    return new Failure(text, status, title, detail, retryable);
  }

  public boolean is(Failure failure) {
    return failure.code().equals(text);
  }
}
