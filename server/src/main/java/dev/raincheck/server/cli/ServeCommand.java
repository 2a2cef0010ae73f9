package dev.raincheck.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "serve", description = "Runs the server.")
final class ServeCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "the configuration (raincheck.yaml)")
  private @Nullable Path config;

  ServeCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    return cli.serve().serve(Configured.load(config, cli.environment()));
  }
}
