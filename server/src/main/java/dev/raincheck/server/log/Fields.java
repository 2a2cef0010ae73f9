package dev.raincheck.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What an event says beside its message: the well-known ids first and always in the same order,
 * then the rest of the MDC, then the event's own key-value pairs, which win.
 */
final class Fields {
  private static final List<String> IDS =
      List.of("request_id", "operation_id", "tenant", "correlation_id", "trace_id");

  /** Names that every line has already. */
  private static final Set<String> TAKEN =
      Set.of("time", "level", "logger", "message", "thread", "error");

  private Fields() {}

  static SequencedMap<String, Object> of(ILoggingEvent event) {
    var said = new LinkedHashMap<String, Object>(event.getMDCPropertyMap());
    var pairs = event.getKeyValuePairs();
    if (pairs != null) pairs.forEach(pair -> said.put(pair.key, String.valueOf(pair.value)));
    if (pairs != null) {
      pairs.stream()
          .filter(pair -> pair.value instanceof Number || pair.value instanceof Boolean)
          .forEach(pair -> said.put(pair.key, pair.value));
    }
    var fields = new LinkedHashMap<String, Object>();
    for (var id : IDS) {
      var value = said.remove(id);
      if (value != null) fields.put(id, value);
    }
    said.forEach((name, value) -> fields.put(TAKEN.contains(name) ? name + "_" : name, value));
    return fields;
  }
}
