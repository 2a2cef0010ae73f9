package dev.raincheck.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Finds out what standard output is. */
final class Terminals {
  private Terminals() {}

  static Terminal ofProcess() {
    return new Terminal(System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), isWatched());
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /**
   * Whether a person may be watching standard output. The console only says so when standard input
   * is a terminal too, which it is not in {@code echo … | raincheck submit}; so Linux is asked.
   */
  private static boolean isWatched() {
    var console = System.console();
    if (console != null && console.isTerminal()) return true;
    try {
      var out = Path.of("/proc/self/fd/1").toRealPath();
      return out.startsWith("/dev") && !out.equals(Path.of("/dev/null"));
    } catch (IOException notAFile) {
      return false;
    }
  }
}
