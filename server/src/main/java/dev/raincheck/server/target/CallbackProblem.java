package dev.raincheck.server.target;

import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A failure that a target told by calling back with a problem document.
 *
 * @param retry whether another attempt may help
 */
record CallbackProblem(Failure failure, boolean retry) {
  /** As long as our own codes may be, and made of the same characters. */
  private static final Pattern OWN_CODE = Pattern.compile("x_[a-z0-9_.-]{1,98}");

  private static final int UNPROCESSABLE = 422;

  /** Reads a problem document; what it does not say, or says in another type, counts as absent. */
  static CallbackProblem of(JsonNode problem) {
    boolean retry = problem.path("retryable").isBoolean() && problem.path("retryable").asBoolean();
    String title = text(problem, "title", "The target reported a failure");
    String detail = text(problem, "detail", title);
    String details = "[" + problem + "]";
    String code = text(problem, "code", "");
    if (OWN_CODE.matcher(code).matches()) {
      return new CallbackProblem(
          new Failure(code, status(problem), title, detail, retry, details), retry);
    }
    Failure rejected = FailureCode.TARGET_REJECTED.because(detail);
    return new CallbackProblem(
        new Failure(
            rejected.code(),
            rejected.status(),
            rejected.title(),
            rejected.detail(),
            rejected.retryable(),
            details),
        retry);
  }

  private static int status(JsonNode problem) {
    int status = problem.path("status").isInt() ? problem.path("status").asInt() : UNPROCESSABLE;
    return status >= 400 && status <= 599 ? status : UNPROCESSABLE;
  }

  private static String text(JsonNode problem, String member, String otherwise) {
    JsonNode value = problem.path(member);
    String text = value.isString() ? AnswerDetails.safe(value.asString()) : "";
    return text.isEmpty() ? otherwise : text;
  }
}
