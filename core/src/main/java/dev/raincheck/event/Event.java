package dev.raincheck.event;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Row;
import java.time.Instant;

/** Something that happened to an operation. */
public sealed interface Event {
  /** What it happened to. Of a transition: as it stood right after it. */
  Operation operation();

  Instant at();

  /** An entry of the operation's history: the same for everyone who ever reads it. */
  sealed interface Numbered extends Event {
    /** Its number in the history, from 1. */
    int version();
  }

  /** A change of status. The document of that moment is {@link Operation#asOf}. */
  record Transition(Operation operation) implements Numbered {
    @Override
    public int version() {
      return operation.version();
    }

    @Override
    public Instant at() {
      return operation.moment().at();
    }

    /** Whether nothing can follow. */
    public boolean isLast() {
      return operation.done();
    }
  }

  /** A piece of log or output. */
  record Piece(Operation operation, Row.Chunk chunk) implements Numbered {
    @Override
    public int version() {
      return chunk.version();
    }

    @Override
    public Instant at() {
      return chunk.at();
    }
  }

  /** Progress: state, not history, so it has no number and is told only while it is new. */
  record Progressed(Operation operation) implements Event {
    @Override
    public Instant at() {
      return operation.updatedAt();
    }
  }
}
