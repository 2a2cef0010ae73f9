package dev.raincheck.event;

import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of a segment mean. An entry only names a transition; the rest is found in its operation,
 * so what was deleted meanwhile is not told any more.
 */
final class SegmentEvents {
  /** How many operations one short read looks at. */
  private static final int OPERATIONS_MAX = 64;

  private static final int BYTES_MAX = 8 << 20;

  private final Map<Spot, Event.Numbered> events = new HashMap<>();

  private record Spot(OperationId operation, int version) {}

  /** Which entries of an operation a segment holds. */
  private record Span(OperationId operation, int first, int last, boolean pieces) {
    static Span of(Entry entry) {
      return new Span(entry.operation(), entry.version(), entry.version(), !entry.isTransition());
    }

    Span with(Span later) {
      return new Span(operation, first, later.last, pieces || later.pieces);
    }
  }

  /**
   * @param atHand operations as this node has just left them; what is not there is read
   */
  static SegmentEvents of(
      Store store,
      int tenant,
      Reader.Segment segment,
      Predicate<OperationId> wanted,
      Map<OperationId, Operation> atHand) {
    var spans = new LinkedHashMap<OperationId, Span>();
    for (var entry : segment.entries()) {
      if (wanted.test(entry.operation())) spans.merge(entry.operation(), Span.of(entry), Span::with);
    }
    var found = new SegmentEvents();
    var unknown = new ArrayList<Span>();
    for (var span : spans.values()) {
      var operation = atHand.get(span.operation());
      if (operation == null || span.pieces() || operation.version() < span.last()) unknown.add(span);
      else found.addTransitions(operation, span);
    }
    for (int i = 0; i < unknown.size(); i += OPERATIONS_MAX) {
      var part = unknown.subList(i, Math.min(unknown.size(), i + OPERATIONS_MAX));
      store.read(reader -> read(reader, tenant, part)).forEach(found::add);
    }
    return found;
  }

  /** The same of some entries, all read. */
  static SegmentEvents read(Reader reader, int tenant, List<Entry> entries) {
    var spans = new LinkedHashMap<OperationId, Span>();
    for (var entry : entries) spans.merge(entry.operation(), Span.of(entry), Span::with);
    var found = new SegmentEvents();
    read(reader, tenant, spans.values()).forEach(found::add);
    return found;
  }

  /** Null if it is gone. */
  Event.@Nullable Numbered of(Entry entry) {
    return events.get(new Spot(entry.operation(), entry.version()));
  }

  private static List<Event.Numbered> read(Reader reader, int tenant, Collection<Span> spans) {
    var events = new ArrayList<Event.Numbered>();
    for (var span : spans) {
      if (!(reader.operation(tenant, span.operation()) instanceof Reader.Found.Here(var operation))) continue;
      int count = span.last() - span.first() + 1;
      events.addAll(Past.after(reader, operation, span.first() - 1, count, BYTES_MAX).events());
    }
    return events;
  }

  private void addTransitions(Operation operation, Span span) {
    for (var moment : operation.history()) {
      if (moment.version() >= span.first()) add(new Event.Transition(operation.asOf(moment)));
    }
    add(new Event.Transition(operation.asOf(operation.moment())));
  }

  private void add(Event.Numbered event) {
    events.put(new Spot(event.operation().id(), event.version()), event);
  }
}
