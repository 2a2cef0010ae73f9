package dev.raincheck.server.cli;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "tail", description = "Shows what happens to all operations, until it is stopped.")
final class TailCommand extends ClientCommand {
  @Option(
      names = "--types",
      paramLabel = "TYPES",
      description = "events as operation.failed, and types of operations; several with commas")
  private @Nullable String types;

  @Option(names = "--tags", paramLabel = "TAGS", description = "with one of these tags")
  private @Nullable String tags;

  @Option(names = "--correlation-id", paramLabel = "ID", description = "of this business case")
  private @Nullable String correlation;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "from there on; 0 is the oldest event that is kept")
  private @Nullable String after;

  @Option(names = "--json", description = "prints each event as a line of JSON")
  private boolean json;

  TailCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) throws InterruptedException {
    var query = new Query().add("types", types).add("tags", tags).add("correlation_id", correlation);
    return new Follower(api, cli().pause(), "/v1/events" + query, "")
        .follow(after, event -> show(terminal, event), answer -> refused(answer));
  }

  private static int refused(Answer answer) {
    throw Problems.failure(answer);
  }

  private Optional<Integer> show(Terminal terminal, EventReader.Event event) {
    var envelope = Json.parse(event.data().getBytes(StandardCharsets.UTF_8));
    if (event.name().equals("snapshot")) {
      if (Json.isTrue(envelope, "resync")) terminal.note("what came before cannot be told any more");
    } else if (json) {
      terminal.line(event.data());
    } else {
      terminal.line(line(envelope));
    }
    return Optional.empty();
  }

  private static String line(JsonNode envelope) {
    var type = Json.text(envelope, "type").orElse("?");
    var data = Json.object(envelope, "data");
    var what =
        switch (type) {
          case "operation.log" -> data.flatMap(log -> Json.text(log, "message"));
          case "operation.output" -> data.flatMap(output -> Json.text(output, "content_type"));
          case "operation.progress" -> data.flatMap(TailCommand::progress);
          default -> data.flatMap(document -> Json.text(document, "type"));
        };
    return "%s  %s  %s  %s"
        .formatted(
            Json.text(envelope, "timestamp").orElse("?"),
            Json.text(envelope, "operation_id").orElse("?"),
            type,
            what.orElse(""))
        .stripTrailing();
  }

  private static Optional<String> progress(JsonNode progress) {
    var percent = Json.text(progress, "percent").map(number -> number + " %");
    return Json.text(progress, "message").map(message -> percent.map(p -> p + "  " + message).orElse(message)).or(() -> percent);
  }
}
