package dev.raincheck.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Outcome;
import java.time.Duration;

/** What became of a submit or retry. */
public sealed interface Submitted {
  /** A new operation stands, durably. */
  record Accepted(Operation operation) implements Submitted {}

  /** The key is known, with the same request: this is its operation. */
  record Replayed(Operation operation) implements Submitted {}

  /** The key is known, with another request. */
  record KeyReused() implements Submitted {}

  /** The key is known and its operation, or the one to retry, is deleted or expired. */
  record Gone() implements Submitted {}

  /** No such operation to retry. */
  record Unknown() implements Submitted {}

  /** No such parent. */
  record NoSuchParent() implements Submitted {}

  /** What is to be retried is not done. */
  record NotDone(Operation operation) implements Submitted {}

  /** Not taken, and never will be: too much waits, or the node closes. */
  record Refused(Outcome.Refusal why, Duration retryAfter) implements Submitted {}

  /** The store refuses a value of it. */
  record Poisoned() implements Submitted {}
}
