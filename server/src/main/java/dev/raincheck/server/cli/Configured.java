package dev.raincheck.server.cli;

import dev.raincheck.server.config.ConfigFile;
import dev.raincheck.server.config.Loaded;
import dev.raincheck.server.config.ServerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Loads the configuration for a command, or ends it with everything that is wrong. */
final class Configured {
  private static final List<String> FIRST_FILE =
      List.of(
          "a file of four lines is enough:",
          "",
          "operations:",
          "  report.generate:",
          "    route: /v1/reports",
          "    target: http://127.0.0.1:9000/reports",
          "",
          "--config names another file; `raincheck demo` needs none");

  private Configured() {}

  /**
   * @param file as given; null looks for {@code raincheck.yaml}
   */
  static ServerConfig load(@Nullable Path file, Function<String, @Nullable String> environment) {
    if (file == null && !Files.exists(ConfigFile.DEFAULT_PATH)) {
      throw new Failure(
          ExitCode.FAILED, "there is no raincheck.yaml in this directory", FIRST_FILE);
    }
    return switch (ConfigFile.read(file == null ? ConfigFile.DEFAULT_PATH : file, environment)) {
      case Loaded.Valid(var config) -> config;
      case Loaded.Invalid(var errors) ->
          throw new Failure(
              ExitCode.FAILED,
              errors.size() == 1
                  ? "the configuration has an error"
                  : "the configuration has %d errors".formatted(errors.size()),
              errors.stream().map(Object::toString).toList());
    };
  }
}
