package dev.raincheck.testkit;

import dev.raincheck.ledger.BlobId;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads of committed state, each a scan that says in one expression what is selected. */
final class MemoryReader implements Reader, Reader.System, AutoCloseable {
  private static final Comparator<Position> NEWEST_FIRST =
      Comparator.comparing(Position::createdAt).thenComparing(Position::id).reversed();

  private record Group(String type, String queue, String word) {}

  private record Due(Instant at, OperationId id) {}

  private final Tables tables;
  private boolean over;

  MemoryReader(Tables tables) {
    this.tables = tables;
  }

  @Override
  public Found operation(int tenant, OperationId id) {
    var row = tables().rows.get(id);
    if (row instanceof Operation found && found.submission().tenant() == tenant)
      return new Found.Here(found);
    if (row instanceof Row.Tombstone left && left.tenant() == tenant) return new Found.Gone();
    return new Found.Nothing();
  }

  @Override
  public Optional<byte[]> payload(OperationId id, Payload.Part part) {
    return tables().payload(id, part);
  }

  @Override
  public Page list(Filter filter, @Nullable Position after, int limit) {
    var rest =
        tables()
            .operations()
            .filter(operation -> matches(filter, operation))
            .filter(
                operation -> after == null || NEWEST_FIRST.compare(position(operation), after) > 0)
            .sorted(Comparator.comparing(MemoryReader::position, NEWEST_FIRST))
            .toList();
    if (rest.size() <= limit) return new Page(rest, null);
    var page = rest.subList(0, limit);
    return new Page(page, position(page.getLast()));
  }

  private static Position position(Operation operation) {
    return new Position(operation.createdAt(), operation.id());
  }

  static boolean matches(Filter filter, Operation operation) {
    var asked = operation.submission();
    boolean dead = operation.state() instanceof State.Failed(_, var marked) && marked;
    return asked.tenant() == filter.tenant()
        && (filter.statuses().isEmpty() || filter.statuses().contains(operation.state().word()))
        && (filter.type() == null || filter.type().equals(asked.type()))
        && (filter.tag() == null || asked.tags().contains(filter.tag()))
        && (filter.correlationId() == null
            || filter.correlationId().equals(operation.correlationId()))
        && (filter.parent() == null || filter.parent().equals(asked.parent()))
        && (filter.dead() == null || filter.dead() == dead)
        && (filter.createdAfter() == null || operation.createdAt().isAfter(filter.createdAfter()))
        && (filter.createdBefore() == null
            || operation.createdAt().isBefore(filter.createdBefore()));
  }

  @Override
  public List<Row.Chunk> chunks(OperationId id, int afterVersion, int atMost) {
    return tables()
        .chunks(id)
        .filter(chunk -> chunk.version() > afterVersion)
        .limit(atMost)
        .toList();
  }

  @Override
  public int ahead(Operation operation, int atMost) {
    return (int)
        tables()
            .operations()
            .filter(other -> other.state() instanceof State.Queued)
            .filter(other -> other.submission().queue().equals(operation.submission().queue()))
            .filter(other -> Tables.START_ORDER.compare(other, operation) < 0)
            .limit(atMost)
            .count();
  }

  @Override
  public List<Segment> log(String stream, long offset, int atMost) {
    return tables().stream(stream).stream()
        .filter(segment -> Tables.end(segment) - 1 > offset)
        .limit(atMost)
        .toList();
  }

  @Override
  public long logEnd(String stream) {
    var segments = tables().stream(stream);
    return segments.isEmpty() ? 0 : Tables.end(segments.getLast()) - 1;
  }

  @Override
  public Optional<Row.Doc> doc(Key.Doc key) {
    return tables().rows.get(key) instanceof Row.Doc doc ? Optional.of(doc) : Optional.empty();
  }

  @Override
  public System system() {
    tables();
    return this;
  }

  @Override
  public List<OperationId> due(Instant now, int atMost) {
    return dueTimes().filter(due -> !due.at().isAfter(now)).limit(atMost).map(Due::id).toList();
  }

  @Override
  public @Nullable Instant nextDue() {
    return dueTimes().map(Due::at).findFirst().orElse(null);
  }

  private Stream<Due> dueTimes() {
    var operations =
        tables().operations().flatMap(operation -> due(operation.due(), operation.id()));
    var tombstones =
        tables().all(Row.Tombstone.class).map(left -> new Due(left.until(), left.id()));
    return Stream.concat(operations, tombstones)
        .sorted(Comparator.comparing(Due::at).thenComparing(Due::id));
  }

  private static Stream<Due> due(@Nullable Instant at, OperationId id) {
    return at == null ? Stream.empty() : Stream.of(new Due(at, id));
  }

  @Override
  public List<Orphan> orphans(Instant now, int atMost) {
    return tables()
        .operations()
        .flatMap(operation -> held(operation.id(), operation.state().heldBy()))
        .filter(held -> !alive(held.owner(), now))
        .limit(atMost)
        .toList();
  }

  /** Owner 0 means that no lease is needed. */
  private static Stream<Orphan> held(OperationId id, @Nullable Long owner) {
    return owner == null || owner == 0 ? Stream.empty() : Stream.of(new Orphan(id, owner));
  }

  private boolean alive(long owner, Instant now) {
    return tables.rows.get(new Key.Owner(owner)) instanceof Row.Owner(_, var until)
        && until.isAfter(now);
  }

  @Override
  public List<Row.Idem> staleKeys(Instant now, int atMost) {
    return tables()
        .all(Row.Idem.class)
        .filter(idem -> !idem.until().isAfter(now))
        .limit(atMost)
        .toList();
  }

  @Override
  public List<Row.Doc> docs(String kind) {
    return tables().all(Row.Doc.class).filter(doc -> doc.key().kind().equals(kind)).toList();
  }

  @Override
  public Set<BlobId> referred(Collection<BlobId> blobs) {
    return tables()
        .operations()
        .flatMap(operation -> operation.blobs().stream())
        .map(Payload.Blob::id)
        .filter(Set.copyOf(blobs)::contains)
        .collect(Collectors.toSet());
  }

  @Override
  public Blobs blobs() {
    var all =
        tables()
            .operations()
            .flatMap(operation -> operation.blobs().stream())
            .collect(Collectors.toMap(Payload.Blob::id, Payload.Blob::size, (a, b) -> a));
    return new Blobs(all.size(), all.values().stream().mapToLong(Long::longValue).sum());
  }

  @Override
  public List<Depth> depths() {
    Map<Group, List<Operation>> groups = new LinkedHashMap<>();
    tables()
        .operations()
        .filter(operation -> !operation.done())
        .forEach(
            operation ->
                groups.computeIfAbsent(group(operation), _ -> new ArrayList<>()).add(operation));
    return groups.entrySet().stream()
        .map(entry -> depth(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Group group(Operation operation) {
    var asked = operation.submission();
    return new Group(asked.type(), asked.queue(), operation.state().word());
  }

  @Override
  public List<Segment> log(long position, int atMost) {
    return tables()
        .segments()
        .filter(segment -> segment.position() > position)
        .sorted(Comparator.comparingLong(Segment::position))
        .limit(atMost)
        .toList();
  }

  @Override
  public long logEnd() {
    return tables().segments().mapToLong(Segment::position).max().orElse(0);
  }

  private static Depth depth(Group group, List<Operation> members) {
    var oldest =
        members.stream().map(Operation::createdAt).min(Comparator.naturalOrder()).orElse(null);
    return new Depth(group.type(), group.queue(), group.word(), members.size(), oldest);
  }

  @Override
  public void close() {
    over = true;
  }

  private Tables tables() {
    if (over)
      throw new IllegalStateException(
          "misuse of the store: a reader is used after its read is over");
    return tables;
  }
}
