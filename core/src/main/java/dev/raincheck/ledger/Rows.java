package dev.raincheck.ledger;

import java.util.List;
import java.util.Optional;

/** The working set of a batch: what was locked, overlaid with what the batch has decided so far. */
interface Rows {
  Optional<Operation> operation(OperationId id);

  Optional<Row.Tombstone> tombstone(OperationId id);

  Optional<Row.Idem> idem(Key.Idem key);

  Optional<Row.Lane> lane(Key.Lane key);

  Optional<Row.Owner> owner(long id);

  Optional<Row.Doc> doc(Key.Doc key);

  /** Whether this is handed over, and no operation yet. */
  boolean isHandedOver(Key.HandedOver key);

  /** The first blocked operation of a lane, in turn. */
  Optional<Operation> nextIn(Key.Lane lane);

  /** Ready operations of a queue, picked from the store or made ready in this batch, in rank order. */
  List<Operation> ready(String queue, int atMost);
}
