package dev.raincheck.operation;

import dev.raincheck.ledger.Operation;
import java.time.Duration;

/** What became of a call about an attempt from outside of this process. */
public sealed interface Told {
  /** It is recorded, or was before. */
  record Recorded(Operation operation) implements Told {}

  /** The attempt is over, or another one is under way: nothing changed. */
  record Stale() implements Told {}

  record Refused(Duration retryAfter) implements Told {}
}
