package dev.raincheck.testkit;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationCodec;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader.Segment;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is committed. Guarded by itself. */
final class Tables {
  /** The order in which ready operations start. */
  static final Comparator<Operation> START_ORDER =
      Comparator.comparingInt((Operation operation) -> operation.submission().priority())
          .thenComparingLong(Operation::rank)
          .thenComparing(Operation::id);

  record BatchName(long node, long number) {}

  private record PayloadKey(OperationId operation, Payload.Part part) {}

  /** Every row but chunks. Under an operation's id either the operation or its tombstone. */
  final TreeMap<Key, Row> rows = new TreeMap<>(Key.ORDER);

  final Set<BatchName> batches = new HashSet<>();
  private final Map<PayloadKey, byte[]> payloads = new HashMap<>();
  private final Map<OperationId, TreeMap<Integer, Row.Chunk>> chunks = new HashMap<>();
  private final Map<String, List<Segment>> streams = new TreeMap<>();
  private long lastPosition;
  private Instant latest = Instant.MIN;

  static @Nullable Key keyOf(Row row) {
    return switch (row) {
      case Operation operation -> operation.id();
      case Row.Tombstone tombstone -> tombstone.id();
      case Row.Owner owner -> owner.key();
      case Row.Doc doc -> doc.key();
      case Row.Idem idem -> idem.key();
      case Row.Lane lane -> lane.key();
      case Row.Chunk _ -> null;
      case Row.HandedOver handed -> handed.key();
      case Row.Completion completion -> completion.key();
    };
  }

  Stream<Operation> operations() {
    return all(Operation.class);
  }

  <R extends Row> Stream<R> all(Class<R> kind) {
    return rows.values().stream().filter(kind::isInstance).map(kind::cast);
  }

  Optional<Operation> operation(OperationId id) {
    return rows.get(id) instanceof Operation operation ? Optional.of(operation) : Optional.empty();
  }

  Optional<byte[]> payload(OperationId id, Payload.Part part) {
    return Optional.ofNullable(payloads.get(new PayloadKey(id, part))).map(byte[]::clone);
  }

  Stream<Row.Chunk> chunks(OperationId id) {
    return chunks.getOrDefault(id, new TreeMap<>()).values().stream();
  }

  List<Segment> stream(String name) {
    return streams.getOrDefault(name, List.of());
  }

  /** Of all streams, in no order. */
  Stream<Segment> segments() {
    return streams.values().stream().flatMap(List::stream);
  }

  /** The clock in whole milliseconds, never earlier than it was told before. */
  Instant now(Instant wall) {
    var whole = Instant.ofEpochMilli(wall.toEpochMilli());
    if (whole.isAfter(latest)) latest = whole;
    return latest;
  }

  /** Writes a batch that {@link MemoryTx} has checked; gives each stream's first offset. */
  Map<String, Long> apply(Batch batch, Instant now) {
    batch.removed().forEach(this::remove);
    batch.saved().forEach(this::save);
    batches.add(new BatchName(batch.node(), batch.number()));
    var firsts = append(batch.entries(), batch.node(), now);
    if (batch.trimBefore() != null) trim(batch.trimBefore(), now);
    return firsts;
  }

  /** Each stream keeps its last segment, so that its offsets go on. */
  private void trim(Instant before, Instant now) {
    var old = now.minus(Batch.PROGRESS_KEPT);
    // The last of all stays, whatever it tells: positions go on from it.
    long end = segments().mapToLong(Segment::position).max().orElse(0);
    streams.forEach(
        (stream, segments) -> {
          if (Entry.tenantOfProgress(stream).isEmpty()) return;
          segments.removeIf(one -> one.at().isBefore(old) && one.position() < end);
        });
    streams
        .values()
        .forEach(
            segments -> {
              while (segments.size() > 1 && segments.getFirst().at().isBefore(before)) segments.removeFirst();
            });
  }

  private void remove(Key key) {
    rows.remove(key);
    if (key instanceof OperationId id) forgetParts(id);
  }

  private void save(Row row) {
    switch (row) {
      case Operation operation -> save(operation);
      case Row.Tombstone tombstone -> {
        remove(tombstone.id());
        rows.put(tombstone.id(), tombstone);
      }
      case Row.Doc(var key, var version, var body) ->
          rows.put(key, new Row.Doc(key, version, body.clone()));
      case Row.Owner owner -> rows.put(owner.key(), owner);
      case Row.Idem idem -> rows.put(idem.key(), idem);
      case Row.Lane lane -> rows.put(lane.key(), lane);
      case Row.HandedOver _, Row.Completion _ -> throw new IllegalStateException("there are no applications here");
      case Row.Chunk chunk ->
          chunks
              .computeIfAbsent(chunk.operation(), _ -> new TreeMap<>())
              .put(chunk.version(), chunk);
    }
  }

  private void save(Operation operation) {
    var id = operation.id();
    apart(id, Payload.Part.INPUT, operation.submission().input());
    if (operation.state() instanceof State.Succeeded(var result))
      apart(id, Payload.Part.RESULT, result);
    if (operation.resultGone()) payloads.remove(new PayloadKey(id, Payload.Part.RESULT));
    rows.put(id, throughCodec(operation));
  }

  private void apart(OperationId id, Payload.Part part, @Nullable Payload payload) {
    if (payload instanceof Payload.Inline(var bytes, _)
        && payload.inRow() instanceof Payload.Apart) {
      payloads.put(new PayloadKey(id, part), bytes.clone());
    }
  }

  static Operation throughCodec(Operation operation) {
    var row = operation.inRow();
    return OperationCodec.read(row.id(), OperationCodec.asked(row), OperationCodec.life(row));
  }

  private void forgetParts(OperationId id) {
    for (var part : Payload.Part.values()) payloads.remove(new PayloadKey(id, part));
    chunks.remove(id);
  }

  private Map<String, Long> append(List<Entry> entries, long node, Instant now) {
    Map<String, List<Entry>> byStream = new LinkedHashMap<>();
    for (var entry : entries)
      byStream.computeIfAbsent(entry.stream(), _ -> new ArrayList<>()).add(entry);
    Map<String, Long> firstOffsets = new LinkedHashMap<>();
    byStream.forEach(
        (stream, more) -> {
          var segments = streams.computeIfAbsent(stream, _ -> new ArrayList<>());
          long first = segments.isEmpty() ? 1 : end(segments.getLast());
          var stored = OperationCodec.entries(stream, OperationCodec.entries(more));
          segments.add(new Segment(++lastPosition, stream, first, now, stored, node));
          firstOffsets.put(stream, first);
        });
    return firstOffsets;
  }

  /** The offset after the segment's last entry. */
  static long end(Segment segment) {
    return segment.first() + segment.entries().size();
  }
}
