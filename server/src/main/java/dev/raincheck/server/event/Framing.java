package dev.raincheck.server.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.event.Event;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** How events stand in a stream. */
enum Framing {
  /** Server-sent events (WHATWG HTML). */
  SSE("text/event-stream", "retry: 2000\n: ok\n\n", ":\n\n") {
    @Override
    byte[] frame(String name, @Nullable String id, byte[] json) {
      var head = "event: " + name + (id == null ? "" : "\nid: " + id) + "\ndata: ";
      return joined(head.getBytes(UTF_8), json, "\n\n".getBytes(UTF_8));
    }
  },
  /** A line for each event; a blank one is a heartbeat. */
  NDJSON("application/x-ndjson", "", "\n") {
    @Override
    byte[] frame(String name, @Nullable String id, byte[] json) {
      return joined(new byte[0], json, "\n".getBytes(UTF_8));
    }
  };

  private final String mediaType;
  private final String opening;
  private final String heartbeat;

  Framing(String mediaType, String opening, String heartbeat) {
    this.mediaType = mediaType;
    this.opening = opening;
    this.heartbeat = heartbeat;
  }

  /**
   * @param name of the event
   * @param id where a client resumes, or null if it cannot resume there
   */
  abstract byte[] frame(String name, @Nullable String id, byte[] json);

  String mediaType() {
    return mediaType;
  }

  /** What comes first. */
  byte[] opening() {
    return opening.getBytes(UTF_8);
  }

  byte[] heartbeat() {
    return heartbeat.getBytes(UTF_8);
  }

  /** The name of an event in a stream of one operation. */
  static String name(Event event) {
    return event instanceof Event.Transition transition && transition.isLast() ? "end" : nameInAll(event);
  }

  /** In a stream of all operations the end of one ends nothing. */
  static String nameInAll(Event event) {
    return switch (event) {
      case Event.Transition _ -> "status";
      case Event.Piece(_, var chunk) ->
          switch (chunk.kind()) {
            case LOG -> "log";
            case OUTPUT -> "output";
          };
      case Event.Progressed _ -> "progress";
    };
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) all.writeBytes(part);
    return all.toByteArray();
  }
}
