package dev.raincheck.server.target;

import dev.raincheck.ledger.Progress;
import dev.raincheck.protocol.Problem;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RefusedException;
import dev.raincheck.server.json.Pointers;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the six optional members of progress. */
final class ProgressBody {
  private static final Set<String> MEMBERS =
      Set.of("percent", "current", "total", "unit", "message", "eta_at");

  private final JsonNode body;

  private ProgressBody(JsonNode body) {
    this.body = body;
  }

  /**
   * @throws RefusedException 400 for what cannot be read, 422 for what is out of range
   */
  static Progress read(JsonNode body) {
    if (!body.isObject()) {
      throw new RefusedException(
          ProblemCode.INVALID_REQUEST,
          "Send a JSON object such as {\"current\": 3, \"total\": 10}.");
    }
    for (String name : body.propertyNames()) {
      if (!MEMBERS.contains(name)) {
        throw refused(ProblemCode.UNKNOWN_FIELD, name, "Progress has no such member.");
      }
    }
    return new ProgressBody(body).progress();
  }

  private Progress progress() {
    return new Progress(
        number("percent", 100),
        number("current", Double.MAX_VALUE),
        number("total", Double.MAX_VALUE),
        text("unit", Progress.UNIT_MAX),
        text("message", Progress.MESSAGE_MAX),
        time("eta_at"));
  }

  private @Nullable Double number(String name, double most) {
    JsonNode value = body.path(name);
    if (isAbsent(value)) return null;
    if (!value.isNumber()) throw wrongType(name, "a number");
    double number = value.decimalValue().doubleValue(); // infinite if it is too big
    if (!(number >= 0 && number <= most)) {
      throw refused(
          ProblemCode.VALIDATION_FAILED,
          name,
          most == 100 ? "Must be between 0 and 100." : "Must be between 0 and 1.79e308.");
    }
    return number;
  }

  private @Nullable String text(String name, int lengthMax) {
    JsonNode value = body.path(name);
    if (isAbsent(value)) return null;
    if (!value.isString()) throw wrongType(name, "a string");
    String text = value.asString();
    if (text.length() <= lengthMax) return text;
    throw refused(
        ProblemCode.VALIDATION_FAILED, name, "Must have at most " + lengthMax + " characters.");
  }

  private @Nullable Instant time(String name) {
    String text = text(name, 64);
    if (text == null) return null;
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException unreadable) {
      throw refused(
          ProblemCode.VALIDATION_FAILED, name, "Must be a time such as 2026-11-24T12:00:00Z.");
    }
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static RefusedException wrongType(String name, String wanted) {
    return refused(ProblemCode.INVALID_REQUEST, name, "Must be " + wanted + ".");
  }

  private static RefusedException refused(ProblemCode code, String name, String detail) {
    String pointer = Pointers.child("#", name);
    return Refusal.of(code, pointer + ": " + detail)
        .because(Problem.Error.atPointer(pointer, code.code(), detail))
        .asException();
  }
}
