package dev.raincheck.postgres;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.PackedKey;
import dev.raincheck.ledger.Place;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Tx;
import dev.raincheck.ledger.UndoneException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One transaction of this node's ledger; other nodes have theirs at the same time. */
final class LedgerTx implements Tx {
  static final String PLACES = "SELECT id, tenant, lane, parent FROM operation WHERE id = ANY (?)";

  private final Writer writer;
  private final Statements statements;
  private final Map<Key, Row> loaded = new HashMap<>();
  private Absent absent = Absent.NONE;
  private boolean open = true;

  LedgerTx(Writer writer, Statements statements) {
    this.writer = writer;
    this.statements = statements;
  }

  @Override
  public Map<OperationId, Place> places(Collection<OperationId> ids) {
    var places = new HashMap<OperationId, Place>();
    var unknown = new ArrayList<OperationId>();
    for (var id : ids) {
      var known = writer.places.get(id);
      if (known == null) unknown.add(id);
      else places.put(id, known);
    }
    if (unknown.isEmpty()) return places;
    var message =
        new Message()
            .ask(
                PLACES,
                row -> {
                  byte[] lane = row.getBytes(3);
                  byte[] parent = row.getBytes(4);
                  var place =
                      new Place(
                          row.getInt(2),
                          lane == null ? null : PackedKey.lane(lane),
                          parent == null ? null : PackedKey.id(parent));
                  var id = PackedKey.id(row.getBytes(1));
                  places.put(id, place);
                  writer.places.put(id, place);
                },
                (Object) PackedKey.of(unknown));
    send(message, "read places");
    return places;
  }

  @Override
  public Loaded lock(LockPlan plan) {
    var locks = new Locks(plan, writer.unreadable);
    if (!locks.holdAll(send(locks.message(writer.time), "lock"))) {
      throw new UndoneException("another node gave a key up between two statements", null);
    }
    if (locks.mayBeCompleted()) send(locks.completions(), "read what applications completed");
    if (locks.mayBeBuried()) send(locks.graves(writer.time), "lock");
    loaded.putAll(locks.rows());
    absent = locks.absent();
    for (var row : locks.rows().values()) if (row instanceof Operation operation) remember(operation);
    return new Loaded(locks.asked(), locks.blocked());
  }

  @Override
  public List<Operation> pick(String queue, int atMost) {
    if (atMost <= 0) return List.of();
    var picked = new Pick(queue, atMost, writer.marks, writer.unreadable).from(this, writer.time);
    for (var operation : picked) {
      loaded.put(operation.id(), operation);
      remember(operation);
    }
    return picked;
  }

  private void remember(Operation operation) {
    writer.places.put(operation.id(), Place.of(operation));
  }

  @Override
  public Instant now() {
    if (!writer.time.isRead()) send(writer.time.ask(new Message()), "read the clock");
    return writer.time.now();
  }

  @Override
  public Committed commit(Batch batch) {
    if (!open) throw new IllegalStateException("this transaction has ended");
    open = false;
    return writer.commit(statements, batch, loaded, absent);
  }

  /** Before the commit every failure has undone everything: it may be tried again, if that can help. */
  int[] send(Message message, String what) {
    if (message.isEmpty()) return new int[0];
    try {
      return message.send(statements);
    } catch (SQLException e) {
      open = false;
      var failure = Failures.of(e);
      switch (failure) {
        case CONNECTION -> writer.connection.abandon();
        case COLLISION, TIME, FULL, VALUE, OTHER -> writer.connection.rollBack();
      }
      throw switch (failure) {
        case COLLISION, TIME, CONNECTION, FULL ->
            new UndoneException("PostgreSQL could not " + what + ": " + Failures.name(e), e);
        case VALUE, OTHER -> Failures.storeException(what, e);
      };
    } catch (StoreException | IllegalStateException e) {
      open = false;
      writer.connection.rollBack();
      throw e;
    }
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    writer.connection.rollBack();
  }
}
