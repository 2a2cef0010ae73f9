package dev.raincheck.server.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "watch", description = "Follows an operation, and exits as it ended.")
final class WatchCommand extends ClientCommand {
  /** A restart of the server takes seconds; past this many tries it is more than that. */
  private static final int TRIES_MAX = 10;

  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration REST_MAX = Duration.ofSeconds(60);

  @Parameters(paramLabel = "ID", description = "the operation")
  private String id = "";

  @Option(
      names = "--poll",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "how long one long-poll may last (30)")
  private int pollSeconds;

  WatchCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) throws InterruptedException {
    Optional<String> seen = Optional.empty();
    int failures = 0;
    while (true) {
      Answer answer;
      try {
        answer = poll(api, seen);
      } catch (Failure unreachable) {
        // The first answer must come; later the server may be restarting.
        if (seen.isEmpty() || ++failures >= TRIES_MAX) throw unreachable;
        rest(REST.multipliedBy(1L << (failures - 1)));
        continue;
      }
      if (isBusy(answer)) {
        if (++failures >= TRIES_MAX) throw Problems.failure(answer);
        rest(answer.retryAfter().orElse(REST));
        continue;
      }
      failures = 0;
      if (answer.status() != 304) {
        if (!answer.isSuccess()) throw Problems.failure(answer);
        var view = new OperationView(answer.json());
        if (view.isDone()) return end(terminal, view);
        draw(terminal, view);
        // Only an answer that is new may be followed at once: the next poll waits for a change.
        var tag = answer.header("ETag");
        if (tag.isPresent() && !tag.equals(seen)) {
          seen = tag;
          continue;
        }
      }
      rest(answer.retryAfter().orElse(REST));
    }
  }

  private Answer poll(Api api, Optional<String> seen) {
    if (seen.isEmpty()) return api.send("GET", path(id), Map.of(), BodyPublishers.noBody());
    return api.send(
        "GET",
        path(id) + "?wait=" + pollSeconds,
        Map.of("If-None-Match", seen.get()),
        BodyPublishers.noBody());
  }

  private void rest(Duration duration) throws InterruptedException {
    if (duration.isPositive()) {
      cli().pause().rest(duration.compareTo(REST_MAX) < 0 ? duration : REST_MAX);
    }
  }

  private static boolean isBusy(Answer answer) {
    return answer.status() == 429 || answer.status() == 503;
  }

  private static void draw(Terminal terminal, OperationView view) {
    if (terminal.isInteractive()) {
      terminal.redraw(view.bar());
    } else {
      terminal.line(view.line());
    }
  }

  private static int end(Terminal terminal, OperationView view) {
    terminal.line(view.ending());
    return view.exitCode();
  }
}
