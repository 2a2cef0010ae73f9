package dev.raincheck.server.document;

import dev.raincheck.protocol.ProblemCode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What there is to say about one code of a problem.
 *
 * @param status null where an operation type's own code has any from 400 to 599
 * @param retryable null where it differs
 */
record ProblemTexts(
    String code,
    @Nullable Integer status,
    String title,
    String when,
    String remedy,
    @Nullable Boolean retryable,
    boolean ofOperations) {

  /** Codes that handlers and targets give themselves. */
  private static final Pattern OWN = Pattern.compile("x_[a-z0-9_.-]{1,98}");

  static List<ProblemTexts> all() {
    return Arrays.stream(ProblemCode.values()).map(ProblemTexts::of).toList();
  }

  /** Empty if there can be no such code. */
  static Optional<ProblemTexts> find(String code) {
    var known = ProblemCode.of(code).map(ProblemTexts::of);
    if (known.isPresent() || !OWN.matcher(code).matches()) return known;
    return Optional.of(
        new ProblemTexts(
            code,
            null,
            "An operation type's own failure",
            "Codes that begin with x_ are given by the program that does the work, with a status and"
                + " a title of its own; this server only passes them on.",
            "Look at error.detail and error.details, or ask whoever runs that operation type.",
            null,
            true));
  }

  private static ProblemTexts of(ProblemCode code) {
    return new ProblemTexts(
        code.code(),
        code.status(),
        code.title(),
        code.when(),
        code.remedy(),
        code.retryable(),
        code.ofOperations());
  }

  /** To be read by people: {@code 422}, {@code 400 to 599}. */
  String statusText() {
    return status == null ? "400 to 599" : status.toString();
  }

  String retryText() {
    if (retryable == null) return "as the answer says";
    return retryable ? "yes, later" : "no: as it is, it fails again";
  }

  String kindText() {
    return ofOperations ? "how an operation ends" : "why a request is refused";
  }
}
