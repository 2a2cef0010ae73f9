package dev.raincheck.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Shows which Raincheck this is.")
final class VersionCommand implements Callable<Integer> {
  private final Cli cli;

  VersionCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    cli.terminal().line("raincheck %s (Java %s)".formatted(Version.number(), Runtime.version()));
    return ExitCode.OK;
  }
}
