package dev.raincheck.postgres;

import dev.raincheck.ledger.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Takes ready operations of a queue, and passes over what another node is taking at this moment. */
final class Pick {
  /** The lock stands in a CTE of its own, so that the limit holds under every plan. */
  static final String SQL =
      """
      WITH picked AS MATERIALIZED (
        SELECT id, life FROM life
        WHERE queue = ? AND state = 3 AND (priority, rank, id) >= (?::smallint, ?::bigint, ?::bytea)%s
        ORDER BY priority, rank, id LIMIT ?
        FOR NO KEY UPDATE SKIP LOCKED)
      SELECT picked.id, o.asked, picked.life FROM picked JOIN operation AS o ON o.id = picked.id\
      """;

  private static final String BUT = " AND id <> ALL (?)";

  private static final Comparator<Operation> START_ORDER =
      Comparator.comparingInt((Operation operation) -> operation.submission().priority())
          .thenComparingLong(Operation::rank)
          .thenComparing(Operation::id);

  private final String queue;
  private final int atMost;
  private final Marks marks;
  private final Unreadable unreadable;

  Pick(String queue, int atMost, Marks marks, Unreadable unreadable) {
    this.queue = queue;
    this.atMost = atMost;
    this.marks = marks;
    this.unreadable = unreadable;
  }

  List<Operation> from(LedgerTx tx, StoreTime time) {
    var start = marks.of(queue);
    var picked = from(start, tx, time);
    if (picked.size() < atMost && start != Marks.Place.START) {
      start = Marks.Place.START;
      picked = from(start, tx, time);
    }
    if (picked.isEmpty()) marks.empty(queue);
    else marks.found(queue, start, Marks.Place.of(picked.getFirst()));
    return picked;
  }

  private List<Operation> from(Marks.Place start, LedgerTx tx, StoreTime time) {
    for (; ; ) {
      int known = unreadable.count();
      var picked = new ArrayList<Operation>(atMost);
      var message = new Message();
      ask(
          message,
          start,
          row -> {
            var operation = unreadable.read(row);
            if (operation != null) picked.add(operation);
          });
      int found = tx.send(time.ask(message), "pick")[0];
      // What cannot be read must not take the place of what can.
      if (found > picked.size() && unreadable.count() > known) continue;
      picked.sort(START_ORDER); // One that was waited for may have another rank by now.
      return picked;
    }
  }

  private void ask(Message message, Marks.Place start, Message.Row row) {
    if (unreadable.count() == 0) {
      message.ask(SQL.formatted(""), row, queue, start.priority(), start.rank(), start.id(), atMost);
    } else {
      message.ask(
          SQL.formatted(BUT), row, queue, start.priority(), start.rank(), start.id(), unreadable.ids(), atMost);
    }
  }
}
