package dev.raincheck.server.cli;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
      description = "where there are no streams: how long one long-poll may last (30)")
  private int pollSeconds;

  private @Nullable JsonNode known;

  WatchCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) throws InterruptedException {
    return new Follower(api, cli().pause(), path(id), ", application/json;q=0.5")
        .follow(null, event -> show(terminal, event), answer -> poll(api, terminal, answer));
  }

  // ---- a stream of events

  private Optional<Integer> show(Terminal terminal, EventReader.Event event) {
    var data = Json.object(Json.parse(event.data().getBytes(StandardCharsets.UTF_8)), "data");
    if (data.isEmpty()) return Optional.empty();
    switch (event.name()) {
      case "snapshot" -> {
        known = data.get();
        // Of what is done the end follows, and says it better.
        if (!new OperationView(known).isDone()) draw(terminal, new OperationView(known));
      }
      case "status" -> {
        known = data.get();
        draw(terminal, new OperationView(known));
      }
      case "progress" -> {
        if (known instanceof ObjectNode operation) operation.set("progress", data.get());
        if (known != null) draw(terminal, new OperationView(known));
      }
      case "end" -> {
        return Optional.of(end(terminal, new OperationView(data.get())));
      }
      default -> {} // log and output are not for a line that says how it stands
    }
    return Optional.empty();
  }

  // ---- polls, for a server or a proxy that has no streams

  private int poll(Api api, Terminal terminal, Answer first) throws InterruptedException {
    Optional<String> seen = Optional.empty();
    int failures = 0;
    // 501 and 406 are about streams alone; 204 says that the end was missed.
    boolean usable = first.status() != 501 && first.status() != 406 && first.status() != 204;
    Optional<Answer> given = usable ? Optional.of(first) : Optional.empty();
    while (true) {
      Answer answer;
      try {
        answer = given.isPresent() ? given.get() : poll(api, seen);
        given = Optional.empty();
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
