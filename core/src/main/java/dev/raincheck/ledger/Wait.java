package dev.raincheck.ledger;

import java.time.Instant;

/** What a waiting operation waits for; the first of several that comes true wakes it. */
public sealed interface Wait {
  /** Something from outside, by name. */
  record ForSignal(String name) implements Wait {}

  /** A moment. */
  record ForTime(Instant at) implements Wait {}

  /** Another operation's end. */
  record ForEnd(OperationId child) implements Wait {}
}
