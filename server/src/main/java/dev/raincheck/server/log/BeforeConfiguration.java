package dev.raincheck.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.raincheck.server.config.LogConfig;

/**
 * Warnings as text to standard error, until {@link Logging#configure} knows better. Logback finds
 * it as a service, and so looks for no files and reads no XML.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class BeforeConfiguration extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var quiet = new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.WARN);
    Logging.configure(context, quiet, System.err);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
