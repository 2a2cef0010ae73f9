package dev.raincheck.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.raincheck.server.text.Printable;

/**
 * Events for people: one line each, and a stack indented below it so that it cannot pose as one.
 */
final class TextLines extends EncoderBase<ILoggingEvent> {
  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringBuilder();
    line.append("%s %-5s ".formatted(JsonLines.time(event), event.getLevel()));
    line.append(shortName(event.getLoggerName())).append("  ");
    line.append(
        Printable.line(Stack.cut(event.getFormattedMessage(), JsonLines.MESSAGE_LENGTH_MAX)));
    Fields.of(event)
        .forEach(
            (name, value) ->
                line.append("  ")
                    .append(name)
                    .append('=')
                    .append(Printable.line(value.toString())));
    Stack.of(event)
        .ifPresent(
            stack ->
                line.append("\n    ")
                    .append(Printable.text(stack.replace("\r\n", "\n")).replace("\n", "\n    ")));
    return line.append('\n').toString().getBytes(UTF_8);
  }

  private static String shortName(String logger) {
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
