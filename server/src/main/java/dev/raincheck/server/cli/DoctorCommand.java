package dev.raincheck.server.cli;

import dev.raincheck.doctor.Finding;
import dev.raincheck.doctor.Finding.Severity;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.StoreConfig;
import dev.raincheck.server.config.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = "Looks at the store and at running nodes, and says what is wrong.",
    footer = {
      "",
      "Exit codes: 0 all is well, 1 warnings, 2 problems, 4 the store cannot be reached."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final int SECONDS_MAX = 60;
  private static final int WARNINGS = 1;
  private static final int PROBLEMS = 2;

  private final Cli cli;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "the configuration (raincheck.yaml)")
  private @Nullable Path file;

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "a node's admin listener; again for more (--admin-url, else the configuration's)")
  private List<String> nodes = new ArrayList<>();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "how long to watch each node, 1 to 60 (${DEFAULT-VALUE})")
  private int seconds;

  @Option(names = "--json", description = "prints a document")
  private boolean json;

  DoctorCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws Exception {
    if (seconds < 1 || seconds > SECONDS_MAX) {
      throw new Failure(ExitCode.USAGE, "--seconds is 1 to %d, not %d".formatted(SECONDS_MAX, seconds));
    }
    var config = Configured.load(file, cli.environment());
    var findings = new ArrayList<>(cli.examine().examine(config));
    boolean away = findings.stream().anyMatch(one -> one.check().equals("reachable") && one.severity() == Severity.PROBLEM);
    for (var url : nodes(config)) {
      findings.addAll(
          new NodeLook(cli, url.address, url.given, InstantSource.system(), System::nanoTime).look(Duration.ofSeconds(seconds)));
    }
    var worst = findings.stream().map(Finding::severity).max(Comparator.naturalOrder()).orElse(Severity.OK);
    if (json) cli.terminal().text(document(config, findings, worst));
    else print(config, findings, worst);
    if (away) return ExitCode.UNREACHABLE;
    return switch (worst) {
      case OK -> ExitCode.OK;
      case WARNING -> WARNINGS;
      case PROBLEM -> PROBLEMS;
    };
  }

  private record Address(String address, boolean given) {}

  private List<Address> nodes(ServerConfig config) {
    if (!nodes.isEmpty()) return nodes.stream().map(url -> new Address(url, true)).toList();
    if (cli.isAdminUrlGiven()) return List.of(new Address(cli.adminUrl(), true));
    return config
        .adminListen()
        .filter(at -> at.port() != 0)
        .map(at -> List.of(new Address(url(config, at), false)))
        .orElse(List.of());
  }

  private static String url(ServerConfig config, HostPort at) {
    var host = at.isWildcard() ? "127.0.0.1" : at.host();
    var scheme = config.tls().filter(TlsConfig::admin).isPresent() ? "https://" : "http://";
    return scheme + new HostPort(host, at.port());
  }

  private static String store(ServerConfig config) {
    return switch (config.store()) {
      case StoreConfig.Sqlite(var path) -> "sqlite, " + path;
      case StoreConfig.Postgres(_, var location) -> location;
    };
  }

  private void print(ServerConfig config, List<Finding> findings, Severity worst) {
    var terminal = cli.terminal();
    terminal.line("store: " + store(config));
    terminal.line("");
    var sorted = findings.stream().sorted(Comparator.comparing(Finding::severity).reversed()).toList();
    for (var finding : sorted) {
      terminal.line("%-8s %-22s %s".formatted(word(finding.severity()), finding.check(), finding.text()));
      if (!finding.advice().isEmpty()) terminal.line(" ".repeat(9) + "→ " + finding.advice());
    }
    terminal.line("");
    terminal.line(
        switch (worst) {
          case OK -> "All is well.";
          case WARNING -> "%d warnings.".formatted(count(findings, Severity.WARNING));
          case PROBLEM ->
              "%d problems, %d warnings.".formatted(count(findings, Severity.PROBLEM), count(findings, Severity.WARNING));
        });
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(one -> one.severity() == severity).count();
  }

  private static String word(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  private static String document(ServerConfig config, List<Finding> findings, Severity worst) {
    var document = Json.MAPPER.createObjectNode();
    document.put("severity", word(worst));
    document.put("store", store(config));
    Optional<String> binds =
        findings.stream().filter(one -> one.check().equals(Binds.CHECK)).max(Comparator.comparing(Finding::severity)).map(Finding::figure);
    document.put("binds", binds.orElse(null));
    var list = document.putArray("findings");
    for (var finding : findings) {
      var one = list.addObject();
      one.put("check", finding.check());
      one.put("severity", word(finding.severity()));
      one.put("figure", finding.figure().isEmpty() ? null : finding.figure());
      one.put("text", finding.text());
      one.put("advice", finding.advice().isEmpty() ? null : finding.advice());
    }
    return document.toString();
  }
}
