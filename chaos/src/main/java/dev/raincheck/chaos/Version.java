package dev.raincheck.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A build of the program.
 *
 * @param classPath everything that it runs on
 */
record Version(String classPath) {
  /** This build: what this very process runs on, which includes the server. */
  static Version ofThisBuild() {
    var entries = System.getProperty("java.class.path").split(File.pathSeparator);
    return new Version(
        Arrays.stream(entries).map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator)));
  }

  /** An earlier build: the jars in a folder, as {@code server/target/lib} holds them. */
  static Version in(Path folder) throws IOException {
    try (var jars = Files.list(folder)) {
      var all =
          jars.map(Path::toAbsolutePath).map(Path::toString).filter(jar -> jar.endsWith(".jar")).sorted()
              .collect(Collectors.joining(File.pathSeparator));
      if (all.isEmpty()) throw new IOException("there are no jars in " + folder);
      return new Version(all);
    }
  }

  /**
   * The command line of a node with this configuration.
   *
   * @param options of its virtual machine
   */
  List<String> serve(Path configuration, List<String> options) {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(options);
    line.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", // It is killed before anything else pays.
            "-XX:+ExitOnOutOfMemoryError",
            "-Xmx256m"));
    line.addAll(List.of("-cp", classPath, "dev.raincheck.server.Main", "serve", "--config", configuration.toString()));
    return line;
  }
}
