package dev.raincheck.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

@Command(
    name = "keys",
    description = "Creates, lists and revokes API keys.",
    synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {
  private final CommandLine line = new CommandLine(this);

  /** The command with its own subcommands. */
  static CommandLine of(Cli cli) {
    return new KeysCommand()
        .line
        .addSubcommand(new KeysCreateCommand(cli))
        .addSubcommand(new KeysListCommand(cli))
        .addSubcommand(new KeysRevokeCommand(cli));
  }

  @Override
  public void run() {
    throw new ParameterException(line, "keys needs one of create, list, revoke");
  }
}
