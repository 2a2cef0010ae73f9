package dev.raincheck.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.Optional;

/** An event's exception with its causes, as text of bounded length. */
final class Stack {
  private static final int LENGTH_MAX = 32 * 1024;

  private Stack() {}

  static Optional<String> of(ILoggingEvent event) {
    return Optional.ofNullable(event.getThrowableProxy())
        .map(ThrowableProxyUtil::asString)
        .map(String::stripTrailing)
        .map(stack -> cut(stack, LENGTH_MAX));
  }

  static String cut(String text, int lengthMax) {
    return text.length() <= lengthMax ? text : text.substring(0, lengthMax) + "…";
  }
}
