package dev.raincheck.sqlite;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** The one transaction at a time. Nobody else writes, so locking is looking up. */
final class WriterTx implements Tx {
  private final Writer writer;
  private final Tables tables;
  private final Map<OperationId, Known> known = new HashMap<>();
  private boolean open = true;
  private boolean setAside;

  WriterTx(Writer writer, Tables tables) {
    this.writer = writer;
    this.tables = tables;
  }

  @Override
  public Map<OperationId, Place> places(Collection<OperationId> ids) {
    var places = new HashMap<OperationId, Place>();
    var unknown = new ArrayList<OperationId>();
    for (var id : ids) {
      var live = tables.live.get(id);
      if (live != null) places.put(id, Place.of(live.operation()));
      else if (tables.operations.mayHold(id)) unknown.add(id);
    }
    try {
      tables.operations.places(unknown, places);
      return places;
    } catch (SQLException e) {
      throw Failures.storeException("read places", e);
    }
  }

  @Override
  public Loaded lock(LockPlan plan) {
    var rows = new HashMap<Key, Row>();
    var operations = new LinkedHashSet<OperationId>();
    var idems = new ArrayList<Key.Idem>();
    var lanes = new ArrayList<Key.Lane>();
    try {
      for (var key : plan.keys()) {
        switch (key) {
          case OperationId id -> operations.add(id);
          case Key.Idem idem -> idems.add(idem);
          case Key.Lane lane -> lanes.add(lane);
          case Key.HandedOver _, Key.Completion _ -> {} // nobody else writes into the file
          case Key.Owner owner -> tables.owners.find(owner).ifPresent(row -> rows.put(owner, row));
          case Key.Doc doc -> tables.documents.find(doc).ifPresent(row -> rows.put(doc, row));
        }
      }
      for (var row : tables.idems.find(idems)) {
        rows.put(row.key(), row);
        operations.add(row.operation());
      }
      for (var row : tables.lanes.find(lanes)) rows.put(row.key(), row);
      load(operations, rows);
      return new Loaded(rows, successors(plan.successors()));
    } catch (SQLException e) {
      throw Failures.storeException("load a batch", e);
    }
  }

  private void load(Collection<OperationId> ids, Map<Key, Row> rows) throws SQLException {
    var unknown = new ArrayList<OperationId>();
    var absent = new ArrayList<OperationId>();
    for (var id : ids) {
      var live = tables.live.get(id);
      if (live != null) {
        known.put(id, live);
        rows.put(id, live.operation());
      } else if (tables.operations.mayHold(id)) {
        unknown.add(id);
      } else if (tables.tombstones.mayHold(id)) {
        absent.add(id);
      }
    }
    var unreadable = new ArrayList<Long>();
    for (var one : tables.operations.find(unknown, unreadable))
      rows.put(one.operation().id(), remember(one));
    setAside(unreadable);
    for (var id : unknown)
      if (!rows.containsKey(id) && tables.tombstones.mayHold(id)) absent.add(id);
    for (var tombstone : tables.tombstones.find(absent)) rows.put(tombstone.id(), tombstone);
  }

  private Map<Key.Lane, List<Operation>> successors(Map<Key.Lane, Integer> wanted)
      throws SQLException {
    var blocked = new HashMap<Key.Lane, List<Operation>>();
    var unreadable = new ArrayList<Long>();
    for (var one : wanted.entrySet()) {
      var lane = one.getKey();
      if (tables.depths.blocked(tables.words.find(lane.queue())) == 0) continue;
      var next = new ArrayList<Operation>();
      do {
        next.clear();
        unreadable.clear();
        for (var found : tables.operations.blocked(lane, one.getValue(), unreadable))
          next.add(remember(found));
        setAside(unreadable);
      } while (!unreadable.isEmpty());
      if (!next.isEmpty()) blocked.put(lane, next);
    }
    return blocked;
  }

  @Override
  public List<Operation> pick(String queue, int atMost) {
    int number = tables.words.find(queue);
    if (atMost <= 0 || tables.depths.ready(number) == 0) return List.of();
    try {
      while (true) {
        var ready = tables.operations.ready(number, atMost);
        var unreadable = new ArrayList<Long>();
        read(ready, unreadable);
        if (unreadable.isEmpty())
          return ready.keySet().stream().map(id -> known(id).operation()).toList();
        setAside(unreadable);
      }
    } catch (SQLException e) {
      throw Failures.storeException("pick", e);
    }
  }

  /** Reads those of a pick that are not remembered. */
  private void read(Map<OperationId, Long> ready, List<Long> unreadable) throws SQLException {
    var unknown = new ArrayList<Long>();
    ready.forEach(
        (id, row) -> {
          var live = tables.live.get(id);
          if (live != null) known.put(id, live);
          else if (!known.containsKey(id)) unknown.add(row);
        });
    for (var one : tables.operations.rows(unknown, unreadable)) remember(one);
  }

  private Known known(OperationId id) {
    var one = known.get(id);
    if (one == null) throw new IllegalStateException("a picked row was not read");
    return one;
  }

  private Operation remember(Known one) {
    known.put(one.operation().id(), one);
    tables.live.put(one);
    return one.operation();
  }

  private void setAside(List<Long> rows) throws SQLException {
    if (rows.isEmpty()) return;
    tables.aside.put(rows);
    setAside = true;
  }

  @Override
  public Instant now() {
    return writer.clock().instant();
  }

  @Override
  public Committed commit(Batch batch) {
    if (!open) throw new IllegalStateException("this transaction has ended");
    open = false;
    return writer.commit(batch, known);
  }

  /** Nothing was saved, but rows that nobody can read have been put out of everybody's way. */
  @Override
  public void close() {
    if (!open) return;
    open = false;
    writer.leave(setAside);
  }
}
