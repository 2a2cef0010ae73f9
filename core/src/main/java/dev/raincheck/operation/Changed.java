package dev.raincheck.operation;

import dev.raincheck.ledger.Operation;
import java.time.Duration;

/** What became of a request to cancel, delete or wake an operation. */
public sealed interface Changed {
  /** Done: this is how it stands. */
  record Moved(Operation operation) implements Changed {}

  /** There was nothing to do. */
  record Unchanged(Operation operation) implements Changed {}

  /** Deleted now, deleted before, or expired. */
  record Gone() implements Changed {}

  record Unknown() implements Changed {}

  /** It is not as the caller thought. */
  record PreconditionFailed() implements Changed {}

  record NotCancelable(Operation operation) implements Changed {}

  record NotDone(Operation operation) implements Changed {}

  record Refused(Duration retryAfter) implements Changed {}
}
