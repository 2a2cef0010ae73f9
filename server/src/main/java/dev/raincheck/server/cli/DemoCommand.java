package dev.raincheck.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "demo", description = "Runs a server with an example, and shows what to try.")
final class DemoCommand implements Callable<Integer> {
  private final Cli cli;

  DemoCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    return cli.demo().demo();
  }
}
