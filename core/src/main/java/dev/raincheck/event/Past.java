package dev.raincheck.event;

import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of an operation's history.
 *
 * @param operation as it stands
 * @param events without a gap from where the page was asked to begin
 * @param trimmed whether the entry that should come next has been forgotten
 */
public record Past(Operation operation, List<Event.Numbered> events, boolean trimmed) {

  /**
   * Reads on after an entry.
   *
   * @param operation read in the same snapshot
   * @param bytesMax of log and output, beyond the first piece
   */
  public static Past after(Reader reader, Operation operation, long after, int atMost, int bytesMax) {
    var events = new ArrayList<Event.Numbered>();
    if (after >= operation.version()) return new Past(operation, events, false);
    int from = (int) after;
    var moments = moments(operation);
    var chunks = chunks(reader, operation, from, atMost);
    int bytes = 0;
    for (int next = from + 1; next <= operation.version() && events.size() < atMost; next++) {
      var event = event(operation, moments.get(next), chunks.get(next));
      if (event == null) return new Past(operation, events, true);
      if (event instanceof Event.Piece(_, var chunk)) {
        bytes += chunk.body().length;
        if (bytes > bytesMax && !events.isEmpty()) break;
      }
      events.add(event);
    }
    return new Past(operation, events, false);
  }

  /** The number of the last event, or what the page began after. */
  public long end(long after) {
    return events.isEmpty() ? after : events.getLast().version();
  }

  private static Event.@Nullable Numbered event(
      Operation operation, @Nullable Moment moment, Row.@Nullable Chunk chunk) {
    if (moment != null) return new Event.Transition(operation.asOf(moment));
    return chunk == null ? null : new Event.Piece(operation, chunk);
  }

  private static Map<Integer, Moment> moments(Operation operation) {
    var moments = new HashMap<Integer, Moment>();
    for (var moment : operation.history()) moments.put(moment.version(), moment);
    moments.put(operation.moment().version(), operation.moment());
    return moments;
  }

  private static Map<Integer, Row.Chunk> chunks(Reader reader, Operation operation, int after, int atMost) {
    var chunks = new HashMap<Integer, Row.Chunk>();
    boolean onlyMoments = operation.version() == operation.history().size() + 1;
    if (onlyMoments) return chunks;
    for (var chunk : reader.chunks(operation.id(), after, atMost)) chunks.put(chunk.version(), chunk);
    return chunks;
  }
}
