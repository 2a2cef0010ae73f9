package dev.raincheck.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was decided: the answer, and what must be written for it, all or nothing. */
record Decision(
    Outcome outcome,
    List<Row> saved,
    List<Key> removed,
    List<Entry> entries,
    @Nullable Instant trimBefore,
    List<Batch.Taken> taken) {
  /** An answer that changes nothing. */
  static Decision only(Outcome outcome) {
    return new Decision(outcome, List.of(), List.of(), List.of(), null, List.of());
  }
}
