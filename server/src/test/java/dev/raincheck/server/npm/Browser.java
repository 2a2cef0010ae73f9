package dev.raincheck.server.npm;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Chromium of this machine. Where there is none, Debian's is installed if that may be: in CI, or as root, as in a
 * container. Without one the test is skipped and says so. {@code CHROMIUM} may name another program.
 */
public final class Browser {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  private static final int INSTALL_MINUTES_MAX = 10;

  private Browser() {}

  /** The path of the program. */
  public static synchronized String program() throws Exception {
    var found = find();
    if (found.isEmpty() && mayInstall()) {
      install();
      found = find();
    }
    if (found.isEmpty()) abort("there is no Chromium here: install one, or name it in CHROMIUM");
    return found.orElseThrow();
  }

  private static boolean mayInstall() {
    boolean here = System.getenv("CI") != null || System.getProperty("user.name").equals("root");
    return here && Files.isExecutable(Path.of("/usr/bin/apt-get"));
  }

  private static Optional<String> find() {
    var named = Optional.ofNullable(System.getenv("CHROMIUM"));
    return named.or(
        () ->
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst());
  }

  private static void install() throws Exception {
    var commands =
        Stream.of(
            List.of("apt-get", "update"),
            List.of("apt-get", "install", "-y", "--no-install-recommends", "chromium"));
    for (var line : commands.toList()) {
      var command = new ProcessBuilder(line).inheritIO();
      command.environment().put("DEBIAN_FRONTEND", "noninteractive");
      var process = command.start();
      if (!process.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES)) process.destroyForcibly();
    }
  }
}
