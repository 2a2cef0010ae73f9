package dev.raincheck.server.npm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Node programs with what {@code src/test/npm/package-lock.json} names, installed below {@code
 * target} once for each state of that file.
 *
 * <pre>{@code
 * var ended = Npm.run("azure", "poll.mjs", url); // src/test/npm/azure/poll.mjs
 * assertThat(ended.code()).as(ended.text()).isZero();
 * }</pre>
 *
 * <p>Without Node.js on the PATH, or without the way to the registry, tests that need it are skipped and
 * say so.
 */
public final class Npm {
  private static final Path SOURCES = Path.of("src", "test", "npm");
  private static final int INSTALL_SECONDS_MAX = 600;
  private static final int RUN_SECONDS_MAX = 120;

  private static Path installed;

  private Npm() {}

  /** What a program has printed, both streams together, and the code that it ended with. */
  public record Ended(int code, String text) {}

  /** Runs a script of a folder of {@code src/test/npm} to its end. */
  public static Ended run(String section, String script, String... arguments) throws Exception {
    return ended(command(section, script, arguments), RUN_SECONDS_MAX);
  }

  /** The same, to be started by the test: for a script that is to be watched or killed. */
  public static ProcessBuilder command(String section, String script, String... arguments)
      throws Exception {
    var line = new ArrayList<>(List.of("node", section(section).resolve(script).toString()));
    line.addAll(List.of(arguments));
    return at(home(), line);
  }

  /** Runs a program that one of the packages brings, such as {@code redocly}, to its end. */
  public static Ended bin(String program, String... arguments) throws Exception {
    var path = home().resolve("node_modules").resolve(".bin").resolve(program);
    var line = new ArrayList<>(List.of(path.toString()));
    line.addAll(List.of(arguments));
    return ended(at(home(), line), RUN_SECONDS_MAX);
  }

  /** A folder of {@code src/test/npm}, as it is now, beside the packages that it imports. */
  public static Path section(String name) throws Exception {
    var to = home().resolve(name);
    Files.createDirectories(to);
    try (var files = Files.list(SOURCES.resolve(name))) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  private static synchronized Path home() throws Exception {
    if (installed == null) installed = install();
    return installed;
  }

  private static Path install() throws Exception {
    var root = Path.of("target", "npm").toAbsolutePath();
    var ready = root.resolve(hash(SOURCES.resolve("package-lock.json")));
    if (Files.isDirectory(ready)) return ready;

    Files.createDirectories(root);
    var fresh = Files.createTempDirectory(root, "installing-");
    for (var name : List.of("package.json", "package-lock.json")) {
      Files.copy(SOURCES.resolve(name), fresh.resolve(name));
    }
    var line = List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    try {
      var ended = ended(at(fresh, line), INSTALL_SECONDS_MAX);
      if (ended.code() != 0) throw new IOException(ended.text());
    } catch (IOException cannot) {
      delete(fresh);
      abort("npm packages cannot be installed here: " + cannot.getMessage());
    }
    Files.move(fresh, ready, StandardCopyOption.ATOMIC_MOVE); // whole or not at all
    return ready;
  }

  private static ProcessBuilder at(Path folder, List<String> line) {
    var command = new ProcessBuilder(line).directory(folder.toFile());
    command
        .environment()
        .putAll(Map.of("NO_COLOR", "1", "REDOCLY_TELEMETRY", "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"));
    return command;
  }

  private static Ended ended(ProcessBuilder command, int secondsMax) throws Exception {
    var output = Files.createTempFile("npm-", ".txt");
    var process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
        throw new AssertionError("it did not end: " + Files.readString(output));
      }
      return new Ended(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }

  private static String hash(Path file) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
