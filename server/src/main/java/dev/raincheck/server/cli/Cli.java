package dev.raincheck.server.cli;

import dev.raincheck.server.text.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line of Raincheck. What a client command needs is here; what needs the engine is
 * given and called only by the commands that are about it:
 *
 * <pre>{@code
 * var cli = new Cli(new Server(), new Tour(), new StoredKeys(clock, chance), new StoreExamination(clock));
 * System.exit(cli.run(args));
 * }</pre>
 */
@Command(
    name = "raincheck",
    description = "Slow work becomes a proper asynchronous API.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done or under way, 1 the operation failed or the file is wrong,",
      "2 canceled, 3 refused by the server, 4 no server reached, 64 wrong usage."
    })
public final class Cli {
  private static final String URL = "http://127.0.0.1:8080";
  private static final String ADMIN_URL = "http://127.0.0.1:8081";

  private final Terminal terminal;
  private final Function<String, @Nullable String> environment;
  private final Pause pause;
  private final Serve serve;
  private final Demo demo;
  private final OfflineKeys offlineKeys;
  private final Examine examine;

  @Option(
      names = "--url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "the server (RAINCHECK_URL; " + URL + ")")
  private @Nullable String url;

  @Option(
      names = "--admin-url",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "for keys (RAINCHECK_ADMIN_URL; " + ADMIN_URL + ")")
  private @Nullable String adminUrl;

  @Option(
      names = "--api-key",
      scope = ScopeType.INHERIT,
      paramLabel = "KEY",
      description = "the API key; RAINCHECK_API_KEY hides it from `ps`")
  private @Nullable String apiKey;

  @Option(
      names = "--cacert",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "whom to trust instead of the usual (RAINCHECK_CACERT; PEM)")
  private @Nullable String caCert;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "shows this")
  private boolean help;

  public Cli(Serve serve, Demo demo, OfflineKeys offlineKeys, Examine examine) {
    this(Terminals.ofProcess(), System::getenv, Pause::forReal, serve, demo, offlineKeys, examine);
  }

  Cli(
      Terminal terminal,
      Function<String, @Nullable String> environment,
      Pause pause,
      Serve serve,
      Demo demo,
      OfflineKeys offlineKeys,
      Examine examine) {
    this.terminal = terminal;
    this.environment = environment;
    this.pause = pause;
    this.serve = serve;
    this.demo = demo;
    this.offlineKeys = offlineKeys;
    this.examine = examine;
  }

  /** Runs one command and returns the exit code for the process. */
  public int run(String... args) {
    return commands()
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setOut(new PrintWriter(terminal.raw(), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((wrong, given) -> misused(wrong))
        .setExecutionExceptionHandler((thrown, command, parsed) -> failed(thrown))
        .execute(args.length == 0 ? new String[] {"--help"} : args);
  }

  private CommandLine commands() {
    return new CommandLine(this)
        .addSubcommand(new ServeCommand(this))
        .addSubcommand(new DemoCommand(this))
        .addSubcommand(new CheckCommand(this))
        .addSubcommand(new DoctorCommand(this))
        .addSubcommand(new SubmitCommand(this))
        .addSubcommand(new GetCommand(this))
        .addSubcommand(new WatchCommand(this))
        .addSubcommand(new TailCommand(this))
        .addSubcommand(new ResultCommand(this))
        .addSubcommand(new CancelCommand(this))
        .addSubcommand(new RetryCommand(this))
        .addSubcommand(new ListCommand(this))
        .addSubcommand(new TypesCommand(this))
        .addSubcommand(KeysCommand.of(this))
        .addSubcommand(new VersionCommand(this));
  }

  private int misused(ParameterException wrong) {
    terminal.note("raincheck: " + wrong.getMessage());
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      unmatched.getSuggestions().stream()
          .limit(3)
          .forEach(suggestion -> terminal.note("  did you mean: " + suggestion));
    }
    var command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    terminal.note("  `%s --help` shows what there is".formatted(command));
    return ExitCode.USAGE;
  }

  private int failed(Exception thrown) {
    if (!(thrown instanceof Failure failure)) {
      var stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      terminal.note("raincheck: this should not happen; please report it");
      stack.toString().lines().forEach(terminal::note);
      return ExitCode.BROKEN;
    }
    terminal.note("raincheck: " + failure.line());
    failure.details().forEach(line -> terminal.note("  " + line));
    return failure.exitCode();
  }

  Api api() {
    return api(first(url, "RAINCHECK_URL").orElse(URL));
  }

  Api adminApi() {
    return api(adminUrl());
  }

  String adminUrl() {
    return first(adminUrl, "RAINCHECK_ADMIN_URL").orElse(ADMIN_URL);
  }

  /** Whether somebody said where the admin listener is, so that no other place will do. */
  boolean isAdminUrlGiven() {
    return first(adminUrl, "RAINCHECK_ADMIN_URL").isPresent();
  }

  Api api(String base) {
    try {
      var address = new URI(base);
      var scheme = Optional.ofNullable(address.getScheme()).orElse("");
      if (scheme.matches("https?") && address.getHost() != null && address.getQuery() == null) {
        return new Api(
            address,
            first(apiKey, "RAINCHECK_API_KEY"),
            first(caCert, "RAINCHECK_CACERT").map(Authorities::in));
      }
    } catch (URISyntaxException malformed) {
      // Told below, as for a URL of another kind.
    }
    throw new Failure(
        ExitCode.USAGE, "\"%s\" is not an http:// or https:// URL".formatted(Printable.line(base)));
  }

  private Optional<String> first(@Nullable String option, String variable) {
    return Optional.ofNullable(option)
        .or(() -> Optional.ofNullable(environment.apply(variable)))
        .filter(value -> !value.isBlank());
  }

  Terminal terminal() {
    return terminal;
  }

  Function<String, @Nullable String> environment() {
    return environment;
  }

  Pause pause() {
    return pause;
  }

  Serve serve() {
    return serve;
  }

  Demo demo() {
    return demo;
  }

  OfflineKeys offlineKeys() {
    return offlineKeys;
  }

  Examine examine() {
    return examine;
  }
}
