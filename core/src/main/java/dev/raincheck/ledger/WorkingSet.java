package dev.raincheck.ledger;

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
import org.jspecify.annotations.Nullable;

/** A batch in memory: what the store gave, overlaid with what has been decided. */
final class WorkingSet implements Rows {
  private static final Comparator<Operation> RANK_ORDER =
      Comparator.comparingInt((Operation operation) -> operation.submission().priority())
          .thenComparingLong(Operation::rank)
          .thenComparing(Operation::id);

  private final Map<Key, Row> loaded;
  private final Map<Key.Lane, List<Operation>> blocked;
  private final Map<String, List<Operation>> picked;

  private final Map<Key, Row> saved = new LinkedHashMap<>();
  private final Set<Key> removed = new HashSet<>();
  private final List<Row.Chunk> chunks = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private @Nullable Instant trimBefore;
  private final Map<Key.Lane, TreeMap<Long, OperationId>> newlyBlocked = new HashMap<>();
  private final Map<String, List<OperationId>> newlyReady = new HashMap<>();

  WorkingSet(Loaded loaded, Map<String, List<Operation>> picked) {
    this.loaded = new HashMap<>(loaded.rows());
    this.blocked = loaded.blocked();
    this.picked = picked;
    // What was picked or blocked is loaded as well: the same row must not be seen in two states.
    picked.values().forEach(list -> list.forEach(one -> this.loaded.putIfAbsent(one.id(), one)));
    blocked.values().forEach(list -> list.forEach(one -> this.loaded.putIfAbsent(one.id(), one)));
  }

  /** Overlays a decision. */
  void apply(Decision decision) {
    for (var key : decision.removed()) {
      saved.remove(key);
      removed.add(key);
    }
    for (var row : decision.saved()) save(row);
    entries.addAll(decision.entries());
    if (decision.trimBefore() != null) trimBefore = decision.trimBefore();
  }

  private void save(Row row) {
    switch (row) {
      case Row.Chunk chunk -> chunks.add(chunk);
      case Operation operation -> {
        saved.put(operation.id(), operation);
        var lane = operation.submission().laneKey();
        if (operation.state() instanceof State.Blocked(var turn) && lane != null) {
          newlyBlocked.computeIfAbsent(lane, _ -> new TreeMap<>()).put(turn, operation.id());
        }
        if (operation.state() instanceof State.Queued) {
          newlyReady.computeIfAbsent(operation.submission().queue(), _ -> new ArrayList<>()).add(operation.id());
        }
      }
      case Row.Tombstone tombstone -> saved.put(tombstone.id(), tombstone);
      case Row.Owner owner -> put(owner.key(), owner);
      case Row.Doc doc -> put(doc.key(), doc);
      case Row.Idem idem -> put(idem.key(), idem);
      case Row.Lane lane -> put(lane.key(), lane);
      case Row.HandedOver _, Row.Completion _ -> throw new IllegalStateException("only applications hand over");
    }
  }

  /** What is removed and comes back within the batch was only changed. */
  private void put(Key key, Row row) {
    removed.remove(key);
    saved.put(key, row);
  }

  boolean isEmpty() {
    return saved.isEmpty() && removed.isEmpty() && chunks.isEmpty() && trimBefore == null;
  }

  /** A submit's answer as of the commit: its operation may have started in the same batch. */
  Outcome latest(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted(var then) -> new Outcome.Accepted(operation(then.id()).orElse(then));
      case Outcome.Seen(var then) -> new Outcome.Seen(operation(then.id()).orElse(then));
      case Outcome.KeyReused _, Outcome.Claimed _, Outcome.Moved _, Outcome.Unchanged _, Outcome.Stale _,
          Outcome.NotDone _, Outcome.NoSuchParent _, Outcome.NotCancelable _, Outcome.PreconditionFailed _,
          Outcome.Gone _, Outcome.Unknown _, Outcome.Written _, Outcome.Refused _, Outcome.Poisoned _ -> outcome;
    };
  }

  /** What others are told of once it is committed. */
  Commit commit() {
    var changes = new ArrayList<Commit.Change>();
    var gone = new ArrayList<OperationId>();
    var documents = new ArrayList<Key.Doc>();
    for (var row : saved.values()) {
      switch (row) {
        case Operation after ->
            changes.add(new Commit.Change(loaded.get(after.id()) instanceof Operation before ? before : null, after));
        case Row.Tombstone tombstone -> gone.add(tombstone.id());
        case Row.Doc doc -> documents.add(doc.key());
        case Row.Owner _, Row.Idem _, Row.Lane _, Row.Chunk _, Row.HandedOver _, Row.Completion _ -> {}
      }
    }
    for (var key : removed) if (key instanceof Key.Doc doc && !saved.containsKey(doc)) documents.add(doc);
    return new Commit(changes, gone, documents, dropped());
  }

  private List<BlobId> dropped() {
    var dropped = new ArrayList<BlobId>(0);
    for (var row : saved.values()) {
      if (row instanceof Operation after && loaded.get(after.id()) instanceof Operation before) {
        drop(before, after.blobs(), dropped);
      }
    }
    for (var key : removed) if (loaded.get(key) instanceof Operation before) drop(before, List.of(), dropped);
    return dropped;
  }

  private static void drop(Operation before, List<Payload.Blob> kept, List<BlobId> dropped) {
    for (var blob : before.blobs()) {
      if (kept.stream().noneMatch(one -> one.id().equals(blob.id()))) dropped.add(blob.id());
    }
  }

  Batch batch(long node, long number) {
    var rows = new ArrayList<Row>(saved.size() + chunks.size());
    var fresh = new HashSet<Key>();
    saved.forEach(
        (key, row) -> {
          rows.add(row);
          if (!loaded.containsKey(key) || removed.contains(key)) fresh.add(key);
        });
    rows.addAll(chunks);
    // What came and went within the batch was never there.
    var gone = removed.stream().filter(key -> loaded.containsKey(key)).toList();
    return new Batch(node, number, rows, fresh, gone, entries, trimBefore);
  }

  @Override
  public Optional<Operation> operation(OperationId id) {
    return row(id) instanceof Operation operation ? Optional.of(operation) : Optional.empty();
  }

  @Override
  public Optional<Row.Tombstone> tombstone(OperationId id) {
    return row(id) instanceof Row.Tombstone tombstone ? Optional.of(tombstone) : Optional.empty();
  }

  @Override
  public Optional<Row.Idem> idem(Key.Idem key) {
    return Optional.ofNullable((Row.Idem) row(key));
  }

  @Override
  public Optional<Row.Lane> lane(Key.Lane key) {
    return Optional.ofNullable((Row.Lane) row(key));
  }

  @Override
  public Optional<Row.Owner> owner(long id) {
    return Optional.ofNullable((Row.Owner) row(new Key.Owner(id)));
  }

  @Override
  public Optional<Row.Doc> doc(Key.Doc key) {
    return Optional.ofNullable((Row.Doc) row(key));
  }

  @Override
  public boolean isHandedOver(Key.HandedOver key) {
    return row(key) != null;
  }

  private @Nullable Row row(Key key) {
    var decided = saved.get(key);
    if (decided != null) return decided;
    return removed.contains(key) ? null : loaded.get(key);
  }

  @Override
  public Optional<Operation> nextIn(Key.Lane lane) {
    for (var candidate : blocked.getOrDefault(lane, List.of())) {
      var stillBlocked = operation(candidate.id()).filter(one -> one.state() instanceof State.Blocked);
      if (stillBlocked.isPresent()) return stillBlocked;
    }
    for (var id : newlyBlocked.getOrDefault(lane, new TreeMap<>()).values()) {
      var stillBlocked = operation(id).filter(one -> one.state() instanceof State.Blocked);
      if (stillBlocked.isPresent()) return stillBlocked;
    }
    return Optional.empty();
  }

  @Override
  public List<Operation> ready(String queue, int atMost) {
    var candidates = new LinkedHashMap<OperationId, Operation>();
    for (var one : picked.getOrDefault(queue, List.of())) candidate(one.id(), candidates);
    for (var id : newlyReady.getOrDefault(queue, List.of())) candidate(id, candidates);
    return candidates.values().stream().sorted(RANK_ORDER).limit(atMost).toList();
  }

  private void candidate(OperationId id, Map<OperationId, Operation> candidates) {
    operation(id).filter(one -> one.state() instanceof State.Queued).ifPresent(one -> candidates.put(id, one));
  }
}
