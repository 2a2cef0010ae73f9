package dev.raincheck.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Shows an operation.")
final class GetCommand extends ClientCommand {
  @Parameters(paramLabel = "ID", description = "the operation")
  private String id = "";

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  GetCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) {
    return show(terminal, api.get(path(id)), json);
  }
}
