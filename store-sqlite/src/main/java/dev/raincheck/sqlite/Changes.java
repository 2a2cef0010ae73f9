package dev.raincheck.sqlite;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Phase;
import dev.raincheck.ledger.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A batch's rows by table, with what was there before. */
final class Changes {
  private final Tables tables;
  private final Map<OperationId, Known> known;

  private final List<OperationTable.Saved> fresh = new ArrayList<>();
  private final List<OperationTable.Saved> changed = new ArrayList<>();
  private final List<Known> removed = new ArrayList<>();
  private final List<Row.Tombstone> tombstones = new ArrayList<>();
  private final List<OperationId> forgotten = new ArrayList<>();
  private final List<ChunkTable.Placed> chunks = new ArrayList<>();
  private final List<Row.Idem> freshIdems = new ArrayList<>();
  private final List<Row.Idem> changedIdems = new ArrayList<>();
  private final List<Key.Idem> removedIdems = new ArrayList<>();
  private final List<Row.Lane> lanes = new ArrayList<>();
  private final List<Key.Lane> removedLanes = new ArrayList<>();
  private final List<Row.Owner> owners = new ArrayList<>();
  private final List<Key.Owner> removedOwners = new ArrayList<>();
  private final List<Row.Doc> docs = new ArrayList<>();
  private final List<Key.Doc> removedDocs = new ArrayList<>();

  /**
   * @param known what this transaction has loaded
   */
  Changes(Tables tables, Map<OperationId, Known> known, Batch batch) throws SQLException {
    this.tables = tables;
    this.known = new HashMap<>(known);
    load(batch);
    sort(batch);
  }

  /** The ledger has loaded what it changes; what it has not is read now. */
  private void load(Batch batch) throws SQLException {
    var missing = new HashSet<OperationId>();
    for (var row : batch.saved()) {
      switch (row) {
        case Operation operation when !batch.fresh().contains(operation.id()) ->
            missing.add(operation.id());
        case Row.Tombstone tombstone -> missing.add(tombstone.id());
        case Row.Chunk chunk when !batch.fresh().contains(chunk.operation()) ->
            missing.add(chunk.operation());
        case Operation _, Row.Chunk _, Row.Owner _, Row.Doc _, Row.Idem _, Row.Lane _, Row.HandedOver _,
            Row.Completion _ -> {}
      }
    }
    for (var key : batch.removed()) if (key instanceof OperationId id) missing.add(id);
    missing.removeIf(id -> known.containsKey(id) || !tables.operations.mayHold(id));
    if (missing.isEmpty()) return;
    var found = tables.operations.find(List.copyOf(missing), new ArrayList<>());
    for (var one : found) known.put(one.operation().id(), one);
  }

  private void sort(Batch batch) {
    Set<OperationId> buried = new HashSet<>();
    for (var row : batch.saved()) {
      switch (row) {
        case Operation operation -> save(operation);
        case Row.Tombstone tombstone -> {
          tombstones.add(tombstone);
          buried.add(tombstone.id());
          remove(known.get(tombstone.id()));
        }
        case Row.Idem idem ->
            (batch.fresh().contains(idem.key()) ? freshIdems : changedIdems).add(idem);
        case Row.Lane lane -> lanes.add(lane);
        case Row.Owner owner -> owners.add(owner);
        case Row.Doc doc -> docs.add(doc);
        case Row.HandedOver _, Row.Completion _ -> throw new IllegalArgumentException("no application hands over here");
        case Row.Chunk _ -> {} // below: its operation may come after it
      }
    }
    for (var row : batch.saved()) if (row instanceof Row.Chunk chunk) place(chunk);
    for (var key : batch.removed()) {
      switch (key) {
        case OperationId id when buried.contains(id) -> {}
        case OperationId id when known.containsKey(id) -> remove(known.get(id));
        case OperationId id -> forgotten.add(id);
        case Key.Idem idem -> removedIdems.add(idem);
        case Key.Lane lane -> removedLanes.add(lane);
        case Key.Owner owner -> removedOwners.add(owner);
        case Key.Doc doc -> removedDocs.add(doc);
        case Key.HandedOver _, Key.Completion _ -> throw new IllegalArgumentException("no application hands over here");
      }
    }
  }

  private void save(Operation operation) {
    var before = known.get(operation.id());
    if (before == null) {
      var saved = OperationTable.Saved.of(tables.operations.nextRow(), operation, null);
      fresh.add(saved);
      known.put(operation.id(), new Known(saved.row(), saved.operation()));
    } else {
      changed.add(OperationTable.Saved.of(before.row(), operation, before.operation()));
    }
  }

  private void place(Row.Chunk chunk) {
    var operation = known.get(chunk.operation());
    if (operation != null) chunks.add(new ChunkTable.Placed(operation.row(), chunk));
  }

  private void remove(@Nullable Known operation) {
    if (operation != null) removed.add(operation);
  }

  boolean bringsWork() {
    return !fresh.isEmpty();
  }

  void write() throws SQLException {
    for (var one : fresh) count(one.operation(), 1);
    for (var one : changed) {
      var before = one.before();
      if (before == null || Phase.of(before.state()) == Phase.of(one.operation().state())) continue;
      count(before, -1);
      count(one.operation(), 1);
    }
    for (var one : removed) count(one.operation(), -1);

    tables.operations.insert(fresh);
    tables.operations.update(changed);
    tables.payloads.save(fresh);
    tables.payloads.save(changed);
    tables.blobs.save(fresh);
    tables.blobs.save(changed);
    tables.chunks.insert(chunks);
    delete();
    tables.tombstones.save(tombstones);
    tables.idems.save(freshIdems, changedIdems);
    tables.lanes.save(lanes);
    tables.owners.save(owners);
    tables.documents.save(docs);
    tables.depths.save();
  }

  private void delete() throws SQLException {
    var rows = new ArrayList<Long>(removed.size());
    for (var one : removed) rows.add(one.row());
    tables.operations.delete(rows);
    tables.payloads.delete(removed);
    tables.blobs.delete(removed);
    tables.chunks.delete(rows);
    tables.tombstones.delete(forgotten);
    tables.idems.delete(removedIdems);
    tables.lanes.delete(removedLanes);
    tables.owners.delete(removedOwners);
    tables.documents.delete(removedDocs);
  }

  private void count(Operation operation, int change) throws SQLException {
    tables.depths.add(Aside.group(operation, tables.words), change);
  }

  /** After the commit: what the writer remembers. */
  void remember() {
    for (var one : fresh) tables.live.put(new Known(one.row(), one.operation()));
    for (var one : changed) tables.live.put(new Known(one.row(), one.operation()));
    for (var one : removed) tables.live.remove(one.operation().id());
  }
}
