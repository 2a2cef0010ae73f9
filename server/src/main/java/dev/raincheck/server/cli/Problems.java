package dev.raincheck.server.cli;

import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Turns a refusal into words: title and code, what to do, what is wrong where, whom to ask. */
final class Problems {
  private Problems() {}

  static Failure failure(Answer answer) {
    var problem = problem(answer);
    if (problem.isEmpty()) {
      var type = answer.header("Content-Type").orElse("no content type");
      return new Failure(
          ExitCode.UNREACHABLE,
          "the answer %d (%s) is not one of Raincheck's; is the URL right?"
              .formatted(answer.status(), type));
    }
    return failure(answer, problem.get());
  }

  private static Failure failure(Answer answer, JsonNode problem) {
    var title = Json.text(problem, "title").orElse("refused");
    var code = Json.text(problem, "code").map(c -> " (" + c + ")").orElse("");
    var details = new ArrayList<String>();
    var detail = Json.text(problem, "detail").orElse("");
    var errors = Json.list(problem, "errors").stream().map(Problems::error).toList();
    // One error is often all that the detail says, and then it says where as well.
    boolean saidByErrors = errors.stream().anyMatch(error -> error.endsWith(detail));
    if (!detail.isEmpty() && !saidByErrors) details.add(detail);
    details.addAll(errors);
    answer.retryAfter().ifPresent(after -> details.add("retry after: " + after.toSeconds() + " s"));
    answer.header("Request-Id").ifPresent(id -> details.add("request id: " + id));
    return new Failure(
        ExitCode.REFUSED, "%d %s%s".formatted(answer.status(), title, code), details);
  }

  private static String error(JsonNode error) {
    var where =
        Stream.of("pointer", "parameter", "header")
            .flatMap(member -> Json.text(error, member).stream())
            .findFirst();
    var what = Json.text(error, "detail").or(() -> Json.text(error, "code")).orElse("is wrong");
    return where.map(place -> place + ": " + what).orElse(what);
  }

  private static Optional<JsonNode> problem(Answer answer) {
    var type = answer.header("Content-Type").orElse("");
    if (!type.startsWith("application/problem+json")) return Optional.empty();
    try {
      return Optional.ofNullable(Json.MAPPER.readTree(answer.body())).filter(JsonNode::isObject);
    } catch (JacksonException broken) {
      return Optional.empty();
    }
  }
}
