package dev.raincheck.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import dev.raincheck.server.config.LogConfig;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sends the process's log to one stream, as the configuration says. */
public final class Logging {
  private static final List<String> OURS = List.of("dev.raincheck", "raincheck");

  private Logging() {}

  /** From now on everything is logged to {@code out}; what was configured before is forgotten. */
  public static void configure(LogConfig config, OutputStream out) {
    configure((LoggerContext) LoggerFactory.getILoggerFactory(), config, out);
  }

  static void configure(LoggerContext context, LogConfig config, OutputStream out) {
    context.reset();
    var encoder =
        switch (config.format()) {
          case JSON -> new JsonLines();
          case TEXT -> new TextLines();
        };
    encoder.setContext(context);
    encoder.start();

    var appender = new OutputStreamAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("out");
    appender.setEncoder(encoder);
    appender.setOutputStream(new LeftOpen(out));
    appender.start();

    var level = Level.valueOf(config.level().name());
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    // Below info the libraries write whole requests, with the keys, tokens and tickets in them.
    root.setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
    OURS.forEach(name -> context.getLogger(name).setLevel(level));
    // The HTTP server tells of every start and stop.
    if (Level.WARN.isGreaterOrEqual(level)) {
      context.getLogger("org.eclipse.jetty").setLevel(Level.WARN);
    }
  }
}
