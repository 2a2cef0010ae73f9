package dev.raincheck.server.cli;

import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An operation's document in words. */
record OperationView(JsonNode operation) {
  private static final int BAR_LENGTH = 24;

  String id() {
    return Json.text(operation, "id").orElse("?");
  }

  String status() {
    return Json.text(operation, "status").orElse("?");
  }

  boolean isDone() {
    return Json.isTrue(operation, "done");
  }

  /** 0 while it is not done: what was asked for has worked so far. */
  int exitCode() {
    if (!isDone()) return ExitCode.OK;
    return switch (status()) {
      case "succeeded" -> ExitCode.OK;
      case "canceled" -> ExitCode.CANCELED;
      default -> ExitCode.FAILED;
    };
  }

  void print(Terminal terminal) {
    print(terminal, "id", Optional.of(id()));
    print(terminal, "type", Json.text(operation, "type"));
    print(terminal, "status", Optional.of(status()));
    print(terminal, "attempt", Json.text(operation, "attempt").filter(n -> !n.equals("0")));
    print(terminal, "progress", progress());
    print(terminal, "created", Json.text(operation, "created_at"));
    print(terminal, "runs at", Json.text(operation, "run_at"));
    print(terminal, "next attempt", Json.text(operation, "next_attempt_at"));
    print(terminal, "finished", Json.text(operation, "finished_at"));
    print(terminal, "correlation", Json.text(operation, "correlation_id"));
    print(terminal, "retry of", Json.text(operation, "retry_of"));
    print(terminal, "retried as", Json.text(operation, "retried_as"));
    if (Json.isTrue(operation, "dead")) print(terminal, "dead", Optional.of("yes"));
    print(terminal, "error", Json.object(operation, "error").map(OperationView::error));
    if (!isDone()) {
      print(terminal, "last error", Json.object(operation, "last_error").map(OperationView::error));
    }
    print(terminal, "result", result());
  }

  private static void print(Terminal terminal, String label, Optional<String> value) {
    value.ifPresent(text -> terminal.line("%-13s %s".formatted(label, text)));
  }

  /** One line for a log or a pipe. */
  String line() {
    var line = new StringBuilder();
    Json.text(operation, "updated_at").ifPresent(at -> line.append(at).append("  "));
    line.append(status());
    progress().ifPresent(progress -> line.append("  ").append(progress));
    if (!isDone()) {
      Json.object(operation, "last_error").ifPresent(e -> line.append("  after ").append(error(e)));
    }
    return line.toString();
  }

  /** One line to be drawn again and again. */
  String bar() {
    var line = new StringBuilder();
    percent()
        .ifPresent(
            percent -> {
              int full = Math.clamp(Math.round(percent / 100 * BAR_LENGTH), 0, BAR_LENGTH);
              line.append('[').append("#".repeat(full)).append(".".repeat(BAR_LENGTH - full));
              line.append("]  ");
            });
    line.append(status());
    progress().ifPresent(progress -> line.append("  ").append(progress));
    return line.toString();
  }

  /** How it ended, for people. */
  String ending() {
    return Json.object(operation, "error")
        .map(error -> status() + ": " + error(error))
        .orElseGet(() -> result().map(result -> status() + ": " + result).orElse(status()));
  }

  private Optional<String> progress() {
    if (isDone()) return Optional.empty();
    return Json.object(operation, "progress").map(this::progress).filter(text -> !text.isEmpty());
  }

  private String progress(JsonNode progress) {
    var text = new StringBuilder();
    percent().ifPresent(percent -> text.append(String.format(Locale.ROOT, "%.1f %%  ", percent)));
    Json.text(progress, "current")
        .ifPresent(
            current -> {
              text.append(current);
              Json.text(progress, "total").ifPresent(total -> text.append('/').append(total));
              Json.text(progress, "unit").ifPresent(unit -> text.append(' ').append(unit));
              text.append("  ");
            });
    Json.text(progress, "message").ifPresent(text::append);
    return text.toString().stripTrailing();
  }

  private Optional<Double> percent() {
    return Json.object(operation, "progress")
        .map(progress -> progress.get("percent"))
        .filter(JsonNode::isNumber)
        .map(JsonNode::doubleValue);
  }

  private Optional<String> result() {
    if (!status().equals("succeeded")) return Optional.empty();
    var inline = operation.get("result");
    if (inline != null && !inline.isNull()) return Optional.of(inline.toString());
    return Json.text(operation, "result_url")
        .map(url -> "%s (%s)".formatted(url, contentType()))
        .or(() -> Json.text(operation, "result_content_type").map(type -> "null (" + type + ")"));
  }

  private String contentType() {
    return Json.text(operation, "result_content_type").orElse("unknown type");
  }

  private static String error(JsonNode error) {
    var code = Json.text(error, "code").orElse("unknown");
    return Json.text(error, "detail")
        .or(() -> Json.text(error, "message"))
        .map(detail -> code + ": " + detail)
        .orElse(code);
  }
}
