package dev.raincheck.server.cli;

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

  /** The path of an operation, whatever characters its id has. */
  static String path(String id) {
    return "/v1/operations/" + Api.encoded(id);
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
