package dev.raincheck.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "revoke", description = "Revokes an API key for good.")
final class KeysRevokeCommand implements Callable<Integer> {
  private final Cli cli;

  @Parameters(paramLabel = "ID", description = "the key's id")
  private String id = "";

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "names the store when no server runs (raincheck.yaml)")
  private @Nullable Path config;

  KeysRevokeCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    if (!new KeyStore(cli, config).revoke(id)) {
      throw new Failure(ExitCode.REFUSED, "there is no key " + id);
    }
    cli.terminal().line("revoked " + id);
    return ExitCode.OK;
  }
}
