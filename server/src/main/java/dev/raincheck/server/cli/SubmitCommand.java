package dev.raincheck.server.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Submits an operation.")
final class SubmitCommand extends ClientCommand {
  private static final int STDIN_BYTES_MAX = 64 * 1024 * 1024;

  @Parameters(paramLabel = "TYPE", description = "the operation type, such as report.generate")
  private String type = "";

  @Option(
      names = {"-d", "--data"},
      paramLabel = "DATA",
      description = "the input: text, @FILE, or - for standard input")
  private @Nullable String data;

  @Option(
      names = {"-f", "--input-file"},
      paramLabel = "FILE",
      description = "the input: a file of any length, sent as it is read")
  private @Nullable Path file;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      defaultValue = "application/json",
      description = "the input's media type (application/json)")
  private String contentType = "";

  @Option(
      names = {"-k", "--key"},
      paramLabel = "KEY",
      description = "the Idempotency-Key: repeating the command with it submits nothing twice")
  private @Nullable String key;

  @Option(
      names = {"-w", "--wait"},
      paramLabel = "SECONDS",
      description = "waits so long for the end; `watch` waits without a limit")
  private @Nullable Integer waitSeconds;

  @Option(names = "--run-at", paramLabel = "TIME", description = "not before, as 2027-01-31T09:00Z")
  private @Nullable String runAt;

  @Option(names = "--deadline", paramLabel = "SECONDS", description = "fails it after so long")
  private @Nullable Integer deadlineSeconds;

  @Option(names = "--tag", paramLabel = "TAG", description = "a tag; may be repeated")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--correlation",
      paramLabel = "ID",
      description = "the business case it is part of")
  private @Nullable String correlation;

  @Option(names = "--json", description = "prints the document")
  private boolean json;

  SubmitCommand(Cli cli) {
    super(cli);
  }

  @Override
  int run(Api api, Terminal terminal) throws IOException {
    var headers = new LinkedHashMap<String, String>();
    if (data != null && file != null) {
      throw new Failure(ExitCode.USAGE, "give --data or --input-file, not both");
    }
    if (data != null || file != null) headers.put("Content-Type", contentType);
    if (key != null) headers.put("Idempotency-Key", key);
    if (waitSeconds != null) headers.put("Prefer", "wait=" + waitSeconds);
    if (runAt != null) headers.put("Raincheck-Run-At", runAt);
    if (deadlineSeconds != null) headers.put("Raincheck-Deadline", deadlineSeconds.toString());
    if (!tags.isEmpty()) headers.put("Raincheck-Tags", String.join(",", tags));
    if (correlation != null) headers.put("Correlation-Id", correlation);

    return show(terminal, api.call("POST", path(type), headers, input(terminal)), json);
  }

  private BodyPublisher input(Terminal terminal) throws IOException {
    if (file != null) return ofFile(file);
    if (data == null) return BodyPublishers.noBody();
    if (data.equals("-")) {
      byte[] bytes = terminal.in().readNBytes(STDIN_BYTES_MAX + 1);
      if (bytes.length > STDIN_BYTES_MAX) {
        throw new Failure(ExitCode.USAGE, "standard input has more than 64 MiB; use --data @FILE");
      }
      return BodyPublishers.ofByteArray(bytes);
    }
    if (!data.startsWith("@")) return BodyPublishers.ofString(data);
    return ofFile(Path.of(data.substring(1)));
  }

  private static BodyPublisher ofFile(Path file) {
    try {
      return BodyPublishers.ofFile(file);
    } catch (FileNotFoundException absent) {
      throw new Failure(ExitCode.USAGE, "there is no readable file " + file);
    }
  }
}
