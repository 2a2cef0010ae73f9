package dev.raincheck.server.cli;

import java.util.List;

/** Ends a command: lines for standard error, and an exit code. */
final class Failure extends RuntimeException {
  private final int exitCode;
  private final transient List<String> details;

  Failure(int exitCode, String line) {
    this(exitCode, line, List.of());
  }

  Failure(int exitCode, String line, List<String> details) {
    super(line);
    this.exitCode = exitCode;
    this.details = List.copyOf(details);
  }

  int exitCode() {
    return exitCode;
  }

  /** Further lines, below the message. */
  List<String> details() {
    return details;
  }

  String line() {
    return String.valueOf(getMessage());
  }
}
