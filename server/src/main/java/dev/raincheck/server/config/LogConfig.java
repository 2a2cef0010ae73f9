package dev.raincheck.server.config;

/** How the server logs to standard output. */
public record LogConfig(Format format, Level level) {
  public static final LogConfig DEFAULT = new LogConfig(Format.JSON, Level.INFO);

  public enum Format {
    /** One JSON object per line, for machines. */
    JSON,
    /** One line of text per event, for people. */
    TEXT
  }

  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }
}
