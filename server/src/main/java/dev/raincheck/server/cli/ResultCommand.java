package dev.raincheck.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "result", description = "Prints or saves an operation's result, byte for byte.")
final class ResultCommand extends ClientCommand {
  /** What a person can read on a screen; more belongs into a file. */
  private static final int SHOWN_BYTES_MAX = 1024 * 1024;

  private static final int REFUSAL_BYTES_MAX = 1024 * 1024;

  @Parameters(paramLabel = "ID", description = "the operation")
  private String id = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "saves it there, going on when the connection breaks; it appears when it is whole")
  private @Nullable Path file;

  @Option(
      names = {"-w", "--wait"},
      paramLabel = "SECONDS",
      description = "waits so long for the end, at most 55")
  private @Nullable Integer waitSeconds;

  ResultCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) throws IOException, InterruptedException {
    var query = waitSeconds == null ? "" : "?wait=" + waitSeconds;
    var response = api.stream(path(id) + "/result" + query, Map.of());
    try (var body = response.body()) {
      return switch (response.statusCode()) {
        case 200 -> result(api, terminal, response, body);
        case 204 -> {
          terminal.note("the operation succeeded without a result");
          yield ExitCode.OK;
        }
        case 202 ->
            throw new Failure(
                ExitCode.REFUSED, "it is not done yet; `raincheck watch %s` waits".formatted(id));
        default ->
            throw Problems.failure(
                new Answer(
                    response.statusCode(), response.headers(), body.readNBytes(REFUSAL_BYTES_MAX)));
      };
    }
  }

  private int result(
      Api api, Terminal terminal, HttpResponse<InputStream> response, InputStream body)
      throws IOException, InterruptedException {
    if (file != null) {
      new ResultFile(api, cli().pause(), path(id) + "/result", file).save(response.headers(), body);
    } else if (terminal.isInteractive()) {
      show(terminal, response, body);
    } else {
      body.transferTo(terminal.raw());
      terminal.raw().flush();
    }
    return ExitCode.OK;
  }

  private static void show(Terminal terminal, HttpResponse<InputStream> response, InputStream body)
      throws IOException {
    var type = response.headers().firstValue("Content-Type").orElse("an unknown type");
    boolean readable = type.startsWith("text/") || type.matches("application/([^;]*\\+)?json.*");
    byte[] bytes = body.readNBytes(SHOWN_BYTES_MAX + 1);
    if (!readable || bytes.length > SHOWN_BYTES_MAX) {
      throw new Failure(
          ExitCode.USAGE,
          "the result is %s, which is not for a terminal; use -o FILE, or redirect"
              .formatted(type));
    }
    terminal.text(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
  }
}
