package dev.raincheck.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Events for machines: one JSON object per line. {@code time, level, logger, message, thread} are
 * always there; then come {@link Fields}, and {@code error{type, message, stack}}.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
  static final int MESSAGE_LENGTH_MAX = 16 * 1024;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final JsonFactory JSON =
      JsonFactory.builder().characterEscapes(new HostileEscapes()).build();

  static String time(ILoggingEvent event) {
    return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var line = new StringWriter(256);
    try (var json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("time", time(event));
      json.writeStringProperty("level", event.getLevel().toString());
      json.writeStringProperty("logger", event.getLoggerName());
      json.writeStringProperty(
          "message", Stack.cut(event.getFormattedMessage(), MESSAGE_LENGTH_MAX));
      json.writeStringProperty("thread", event.getThreadName());
      Fields.of(event).forEach((name, value) -> write(json, name, value));
      Stack.of(event).ifPresent(stack -> error(json, event, stack));
      json.writeEndObject();
    }
    return line.append('\n').toString().getBytes(UTF_8);
  }

  private static void write(JsonGenerator json, String name, Object value) {
    json.writeName(name);
    switch (value) {
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      default -> json.writeString(value.toString());
    }
  }

  private static void error(JsonGenerator json, ILoggingEvent event, String stack) {
    var thrown = event.getThrowableProxy();
    json.writeObjectPropertyStart("error");
    json.writeStringProperty("type", thrown.getClassName());
    if (thrown.getMessage() != null) {
      json.writeStringProperty("message", Stack.cut(thrown.getMessage(), MESSAGE_LENGTH_MAX));
    }
    json.writeStringProperty("stack", stack);
    json.writeEndObject();
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
