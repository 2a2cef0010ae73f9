package dev.raincheck.server.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists operations, newest first.")
final class ListCommand extends ClientCommand {
  @Option(
      names = "--status",
      paramLabel = "STATUS",
      split = ",",
      description = "scheduled, queued, running, succeeded, …; several with commas")
  private List<String> statuses = new ArrayList<>();

  @Option(names = "--type", paramLabel = "TYPE", description = "of this type")
  private @Nullable String type;

  @Option(names = "--tag", paramLabel = "TAG", description = "with this tag")
  private @Nullable String tag;

  @Option(names = "--correlation", paramLabel = "ID", description = "of this business case")
  private @Nullable String correlation;

  @Option(names = "--parent", paramLabel = "ID", description = "children of this operation")
  private @Nullable String parent;

  @Option(names = "--dead", description = "only dead letters")
  private boolean dead;

  @Option(names = "--created-after", paramLabel = "TIME", description = "as 2027-01-31T09:00:00Z")
  private @Nullable String createdAfter;

  @Option(names = "--created-before", paramLabel = "TIME", description = "likewise")
  private @Nullable String createdBefore;

  @Option(names = "--limit", paramLabel = "N", description = "how many, 1 to 100 (25)")
  private @Nullable Integer limit;

  @Option(names = "--cursor", paramLabel = "CURSOR", description = "the next page")
  private @Nullable String cursor;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  ListCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) {
    var query =
        new Query()
            .add("status", statuses.isEmpty() ? null : String.join(",", statuses))
            .add("type", type)
            .add("tag", tag)
            .add("correlation_id", correlation)
            .add("parent_id", parent)
            .add("dead", dead ? "true" : null)
            .add("created_after", createdAfter)
            .add("created_before", createdBefore)
            .add("limit", limit == null ? null : limit.toString())
            .add("cursor", cursor);
    var answer = api.get("/v1/operations" + query);
    if (json) {
      terminal.text(answer.text().strip());
    } else {
      table(terminal, answer);
    }
    return ExitCode.OK;
  }

  private static void table(Terminal terminal, Answer answer) {
    var page = answer.json();
    var table = new Table("ID", "TYPE", "STATUS", "ATTEMPT", "CREATED");
    var operations = Json.data(page);
    for (var operation : operations) {
      var status = Json.text(operation, "status").orElse("?");
      table.row(
          Json.text(operation, "id").orElse("?"),
          Json.text(operation, "type").orElse("?"),
          Json.isTrue(operation, "dead") ? status + " (dead)" : status,
          Json.text(operation, "attempt").orElse("-"),
          Json.text(operation, "created_at").orElse("-"));
    }
    if (operations.isEmpty()) {
      terminal.note("none");
    } else {
      table.print(terminal);
    }
    Json.text(page, "next_cursor").ifPresent(next -> terminal.note("more: --cursor " + next));
  }
}
