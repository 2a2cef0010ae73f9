package dev.raincheck.server.cli;

import dev.raincheck.server.text.Printable;
import java.util.concurrent.Callable;

/** A command that asks a server. */
abstract class ClientCommand implements Callable<Integer> {
  private final Cli cli;

  ClientCommand(Cli cli) {
    this.cli = cli;
  }

  @Override
  public final Integer call() throws Exception {
    try (var api = cli.api()) {
      return run(api, cli.terminal());
    }
  }

  /** Does it, and returns the exit code. */
  abstract int run(Api api, Terminal terminal) throws Exception;

  final Cli cli() {
    return cli;
  }

  /**
   * The path of an operation, or that of a type's submits.
   *
   * @throws Failure if it can be neither, before a server answers what it makes of such a path
   */
  static String path(String id) {
    if (id.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) return "/v1/operations/" + id;
    throw new Failure(
        ExitCode.USAGE,
        "\"%s\" is neither the id of an operation nor the name of a type".formatted(Printable.line(id)));
  }

  /** Shows an operation, and says with the exit code how it stands. */
  static int show(Terminal terminal, Answer answer, boolean json) {
    var view = new OperationView(answer.json());
    if (json) {
      terminal.text(answer.text().strip());
    } else {
      view.print(terminal);
    }
    return view.exitCode();
  }
}
