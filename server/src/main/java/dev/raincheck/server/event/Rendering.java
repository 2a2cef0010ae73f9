package dev.raincheck.server.event;

import dev.raincheck.event.Event;
import org.jspecify.annotations.Nullable;

/** Renders an event once for all who are told of it, one after the other. */
final class Rendering {
  private final EventDocument documents;
  private volatile @Nullable Last last;

  private record Last(Event event, byte[] json, byte[] sse, byte[] line) {}

  Rendering(EventDocument documents) {
    this.documents = documents;
  }

  /** The envelope. */
  byte[] json(Event event) {
    return of(event).json();
  }

  /** The event as it stands in a stream of its operation. */
  byte[] frame(Framing framing, Event event) {
    return switch (framing) {
      case SSE -> of(event).sse();
      case NDJSON -> of(event).line();
    };
  }

  private Last of(Event event) {
    var known = last;
    if (known != null && known.event() == event) return known;
    var json = documents.of(event);
    var id = event instanceof Event.Numbered numbered ? Integer.toString(numbered.version()) : null;
    var name = Framing.name(event);
    var fresh =
        new Last(event, json, Framing.SSE.frame(name, id, json), Framing.NDJSON.frame(name, id, json));
    last = fresh;
    return fresh;
  }
}
