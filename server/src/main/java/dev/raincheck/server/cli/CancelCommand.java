package dev.raincheck.server.cli;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Cancels an operation, or asks its handler to stop.")
final class CancelCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "the operation")
  private String id = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "shown in the operation's error")
  private @Nullable String reason;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  CancelCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) {
    var path = path(id) + "/cancel";
    var answer =
        reason == null
            ? api.call("POST", path, Map.of(), BodyPublishers.noBody())
            : api.call("POST", path, Map.of("Content-Type", "application/json"), body(reason));
    show(terminal, answer, json);
    return ExitCode.OK;
  }

  private static BodyPublisher body(String reason) {
    return BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(Map.of("reason", reason)));
  }
}
