package dev.raincheck.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "demo", description = "Runs a server with examples, and shows what to try.")
final class DemoCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(names = "--once", description = "ends after the tour, instead of serving on")
  private boolean once;

  DemoCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    var terminal = cli.terminal();
    return cli.demo().demo(terminal.raw(), terminal.isInteractive(), once);
  }
}
