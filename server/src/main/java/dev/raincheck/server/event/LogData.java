package dev.raincheck.server.event;

import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * What a piece of log tells: {@code level, message, fields}, and each of its lines. Lines that an attempt
 * wrote together are one entry; then the message is all of theirs, the level the gravest.
 */
final class LogData {
  /** From the least to the gravest. */
  private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error", "fatal");

  private LogData() {}

  private record Line(String at, String level, String message, Map<String, String> fields) {}

  static void write(JsonGenerator json, byte[] chunk) {
    var lines =
        new String(chunk, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).map(LogData::line).toList();
    var fields = new LinkedHashMap<String, String>();
    lines.forEach(line -> fields.putAll(line.fields()));
    json.writeStartObject();
    json.writeStringProperty("level", gravest(lines));
    json.writeStringProperty("message", lines.stream().map(Line::message).collect(Collectors.joining("\n")));
    fields(json, fields);
    json.writeArrayPropertyStart("lines");
    for (var line : lines) {
      json.writeStartObject();
      json.writeStringProperty("at", line.at());
      json.writeStringProperty("level", line.level());
      json.writeStringProperty("message", line.message());
      fields(json, line.fields());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void fields(JsonGenerator json, Map<String, String> fields) {
    json.writeObjectPropertyStart("fields");
    fields.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  private static String gravest(List<Line> lines) {
    return lines.stream()
        .map(Line::level)
        .reduce((a, b) -> LEVELS.indexOf(b) > LEVELS.indexOf(a) ? b : a)
        .orElse("info");
  }

  private static Line line(String text) {
    return switch (Json.read(text.getBytes(StandardCharsets.UTF_8))) {
      case Reading.Value(var root) -> {
        var fields = new LinkedHashMap<String, String>();
        root.path("fields").forEachEntry((name, value) -> fields.put(name, value.asString()));
        yield new Line(member(root, "at"), member(root, "level"), member(root, "message"), fields);
      }
      case Reading.Broken _ -> new Line("", "info", text, Map.of());
    };
  }

  private static String member(JsonNode line, String name) {
    return dev.raincheck.server.operation.WellFormed.text(line.path(name).asString(""));
  }
}
