package dev.raincheck.server.cli;

/** What the commands tell the shell. */
final class ExitCode {
  static final int OK = 0;

  /** The operation failed, or the checked file is wrong. */
  static final int FAILED = 1;

  /** The operation was canceled. */
  static final int CANCELED = 2;

  /** The server refused the request. */
  static final int REFUSED = 3;

  /** The server could not be reached, or what answered is not Raincheck. */
  static final int UNREACHABLE = 4;

  /** The command line itself is wrong; the number is that of BSD's {@code EX_USAGE}. */
  static final int USAGE = 64;

  /** A mistake of ours; the number is that of BSD's {@code EX_SOFTWARE}. */
  static final int BROKEN = 70;

  private ExitCode() {}
}
