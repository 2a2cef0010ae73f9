package dev.raincheck.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists API keys, without their secrets.")
final class KeysListCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "names the store when no server runs (raincheck.yaml)")
  private @Nullable Path config;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  KeysListCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    var terminal = cli.terminal();
    var listed = new KeyStore(cli, config).list();
    if (json) {
      terminal.text(listed.toString());
      return ExitCode.OK;
    }
    var table = new Table("ID", "NAME", "TENANT", "SCOPES", "CREATED", "EXPIRES");
    for (var key : Json.data(listed)) {
      table.row(
          Json.text(key, "id").orElse("?"),
          Json.text(key, "name").orElse(""),
          Json.text(key, "tenant").orElse("?"),
          Json.joined(key, "scopes"),
          Json.text(key, "created_at").orElse("-"),
          Json.text(key, "revoked_at")
              .map(_ -> "revoked")
              .or(() -> Json.text(key, "expires_at"))
              .orElse("never"));
    }
    table.print(terminal);
    return ExitCode.OK;
  }
}
