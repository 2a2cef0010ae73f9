package dev.raincheck.server.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "retry",
    description = "Submits a new operation with the input of one that is done.")
final class RetryCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "the operation that is done")
  private String id = "";

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      description = "the Idempotency-Key: repeating the command with it retries once")
  private @Nullable String key;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  RetryCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) {
    Map<String, String> headers = key == null ? Map.of() : Map.of("Idempotency-Key", key);
    var answer = api.call("POST", path(id) + "/retry", headers, BodyPublishers.noBody());
    show(terminal, answer, json);
    return ExitCode.OK;
  }
}
