package dev.raincheck.server.cli;

import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.server.config.TargetConfig;
import dev.raincheck.server.config.TlsConfig;
import dev.raincheck.server.tls.Identity;
import dev.raincheck.server.tls.UnusableTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "check", description = "Lists everything that is wrong with a configuration.")
final class CheckCommand implements Callable<Integer> {
  private final Cli cli;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "the configuration (raincheck.yaml)")
  private @Nullable Path file;

  CheckCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    var config = Configured.load(file, cli.environment());
    var identity = config.tls().map(CheckCommand::identity);
    var terminal = cli.terminal();
    terminal.line((file == null ? ConfigFile.DEFAULT_PATH : file) + " is fine");
    terminal.line("");
    settings(config, terminal);
    identity.ifPresent(
        shown -> terminal.line("tls         certificate until %s".formatted(shown.notAfter())));
    if (!config.operations().isEmpty()) {
      terminal.line("");
      types(config).print(terminal);
    }
    config.notes().forEach(note -> terminal.note("note: " + note));
    identity
        .flatMap(shown -> shown.warning(InstantSource.system().instant()))
        .ifPresent(warning -> terminal.note("note: tls: " + warning + "."));
    return ExitCode.OK;
  }

  /** Reads the files as the server will, so that what it would refuse is told here. */
  private static Identity identity(TlsConfig tls) {
    try {
      return tls.files().read();
    } catch (UnusableTls unusable) {
      throw new Failure(
          ExitCode.FAILED,
          "the configuration has an error",
          List.of("tls: " + unusable.getMessage()));
    }
  }

  private static void settings(ServerConfig config, Terminal terminal) {
    terminal.line("listen      %s".formatted(config.listen()));
    terminal.line("public url  %s".formatted(config.publicUrl(config.listen().port())));
    terminal.line(
        "admin       %s".formatted(config.adminListen().map(HostPort::toString).orElse("off")));
    var store =
        switch (config.store()) {
          case StoreConfig.Sqlite(var path) -> "sqlite, " + path;
          case StoreConfig.Postgres(_, var location) -> location;
        };
    terminal.line("store       %s".formatted(store));
    for (var issuer : config.auth().jwt()) {
      terminal.line("tokens      %s, %s".formatted(issuer.name(), issuer.issuer()));
    }
  }

  private static Table types(ServerConfig config) {
    var table = new Table("TYPE", "ROUTE", "TARGET", "SLOTS", "ATTEMPTS");
    config
        .operations()
        .values()
        .forEach(
            type ->
                table.row(
                    type.name(),
                    type.route().orElse("-"),
                    address(type.target()),
                    String.valueOf(type.queue().concurrency()),
                    String.valueOf(type.attempts().attemptsMax())));
    return table;
  }

  /** Without the query, which is where people put keys. */
  private static String address(TargetConfig target) {
    URI url = target.url();
    var path = url.getRawPath();
    return "%s %s://%s%s".formatted(target.method(), url.getScheme(), url.getRawAuthority(), path);
  }
}
