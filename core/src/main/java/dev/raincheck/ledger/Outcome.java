package dev.raincheck.ledger;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a {@link Command}. Expected outcomes are values. */
public sealed interface Outcome {
  /** A new operation stands. */
  record Accepted(Operation operation) implements Outcome {}

  /** The same key with the same request: this is its operation. */
  record Seen(Operation operation) implements Outcome {}

  /** The same key with another request. */
  record KeyReused() implements Outcome {}

  /** The attempts that start now, in rank order. */
  record Claimed(List<Operation> attempts) implements Outcome {}

  /** The operation changed; this is how it stands. */
  record Moved(Operation operation) implements Outcome {}

  /** There was nothing to do, or it had been done. */
  record Unchanged(Operation operation) implements Outcome {}

  /** The epoch is no longer the attempt's: nothing changed. */
  record Stale() implements Outcome {}

  /** The operation is not done, so this cannot be. */
  record NotDone(Operation operation) implements Outcome {}

  /** The operation that is to be its parent is not there, or is another tenant's. */
  record NoSuchParent() implements Outcome {}

  /** The type forbids it. */
  record NotCancelable(Operation operation) implements Outcome {}

  /** It is not at the revision or version that the caller named. */
  record PreconditionFailed() implements Outcome {}

  /** It was here, and is deleted or expired. */
  record Gone() implements Outcome {}

  /** Nothing by that name, for this tenant. */
  record Unknown() implements Outcome {}

  /** A document, a session or a key was written or removed. {@code version} is a document's, else 0. */
  record Written(long version) implements Outcome {}

  /** Nothing was written, and never will be: this node takes no more for now. */
  record Refused(Refusal why, Duration retryAfter) implements Outcome {}

  /** The database refuses a value of this command; nothing was written. Other commands are not touched. */
  record Poisoned(String why) implements Outcome {}

  /** The result that the operation of this outcome has, or null. */
  static @Nullable Payload resultOf(Outcome outcome) {
    return operationOf(outcome) instanceof Operation operation
            && operation.state() instanceof State.Succeeded(var result)
        ? result
        : null;
  }

  /** The input that the operation of this outcome has, or null. */
  static @Nullable Payload inputOf(Outcome outcome) {
    return operationOf(outcome) instanceof Operation operation ? operation.submission().input() : null;
  }

  private static @Nullable Operation operationOf(Outcome outcome) {
    return switch (outcome) {
      case Accepted(var operation) -> operation;
      case Seen(var operation) -> operation;
      case Moved(var operation) -> operation;
      case Unchanged(var operation) -> operation;
      case NotDone(var operation) -> operation;
      case NotCancelable(var operation) -> operation;
      case KeyReused _, Claimed _, Stale _, NoSuchParent _, PreconditionFailed _, Gone _, Unknown _, Written _,
          Refused _, Poisoned _ -> null;
    };
  }

  /** Why a command was refused: nothing of it was written. */
  enum Refusal {
    /** The queue before the ledger is full. */
    OVERLOADED,
    /** The operation's queue is as deep as it may be. */
    TOO_DEEP,
    /** The store does not answer for now. */
    AWAY,
    /** This node drains. */
    CLOSING
  }
}
