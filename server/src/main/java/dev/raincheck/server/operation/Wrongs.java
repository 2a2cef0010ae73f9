package dev.raincheck.server.operation;

import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.json.BadJson;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a request that could be read: collected, so that the sender learns all of it at
 * once, and so that a repeated request is answered before it is looked at.
 */
final class Wrongs {
  /** More than anyone reads. */
  static final int ERRORS_MAX = 50;

  private final List<Problem.Error> errors = new ArrayList<>();

  boolean none() {
    return errors.isEmpty();
  }

  void at(String pointer, String detail) {
    add(Problem.Error.atPointer(pointer, ProblemCode.VALIDATION_FAILED.code(), detail));
  }

  void add(Problem.Error error) {
    if (errors.size() < ERRORS_MAX) errors.add(error);
  }

  /** 422 with all of it. */
  Refusal refusal() {
    var first = errors.getFirst();
    var detail =
        errors.size() == 1
            ? (first.pointer() == null ? "" : first.pointer() + ": ") + first.detail()
            : "The request was read, but is wrong in %d places; see errors.".formatted(errors.size());
    return Refusal.of(ProblemCode.VALIDATION_FAILED, detail).because(errors);
  }

  // ---- what cannot be read: 400 at once

  static RefusedException unreadable(String pointer, String detail) {
    return Refusal.of(ProblemCode.INVALID_REQUEST, detail)
        .because(Problem.Error.atPointer(pointer, ProblemCode.INVALID_REQUEST.code(), detail))
        .asException();
  }

  static RefusedException unreadable(BadJson why) {
    var pointer = why.pointer() == null ? "#" : why.pointer();
    return unreadable(pointer, why.detail());
  }

  static RefusedException badHeader(String header, String detail) {
    return Refusal.ofHeader(ProblemCode.INVALID_REQUEST, header, detail).asException();
  }

  static RefusedException badParameter(String parameter, String detail) {
    return Refusal.ofParameter(ProblemCode.INVALID_REQUEST, parameter, detail).asException();
  }
}
