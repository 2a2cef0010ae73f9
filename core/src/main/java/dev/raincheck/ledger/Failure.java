package dev.raincheck.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt or an operation failed.
 *
 * @param code one of {@link FailureCode}'s, or a handler's own with the prefix {@code x_}
 * @param status the HTTP status that the operation's result answers with, 400 to 599
 * @param title a short text that does not vary
 * @param detail what happened, for a person; never an address or a stack
 * @param retryable whether the same request may succeed later
 * @param details a JSON array with more, or null
 */
public record Failure(
    String code, int status, String title, String detail, boolean retryable, @Nullable String details) {
  private static final int DETAIL_CHARS_MAX = 2_000;

  public Failure {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("a failure's status is 400 to 599, not " + status);
    }
    if (detail.length() > DETAIL_CHARS_MAX) detail = detail.substring(0, DETAIL_CHARS_MAX - 1) + "…";
  }

  public Failure(String code, int status, String title, String detail, boolean retryable) {
    this(code, status, title, detail, retryable, null);
  }
}
