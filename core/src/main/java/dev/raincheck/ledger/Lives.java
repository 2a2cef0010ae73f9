package dev.raincheck.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Copies of an operation with one thing changed, and with what must change along with it. */
final class Lives {
  private Lives() {}

  /** A transition: one more in the history, and a new document. */
  static Operation moved(Operation was, Moment moment, long rank) {
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), moment,
        History.append(was.history(), was.moment()), moment.version(), was.revision() + 1, moment.at(), rank,
        was.progress(), was.retriedAs(), was.resultGone());
  }

  /** A state that looks the same from outside. */
  static Operation inner(Operation was, State state) {
    return inner(was, state, was.rank());
  }

  static Operation inner(Operation was, State state, long rank) {
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), with(was.moment(), state), was.history(),
        was.version(), was.revision(), was.updatedAt(), rank, was.progress(), was.retriedAs(), was.resultGone());
  }

  /** A sign of life. Progress is state, not history: it changes the document but has no number. */
  static Operation reported(Operation was, State alive, @Nullable Progress progress, Instant now) {
    boolean told = progress != null && !progress.equals(was.progress());
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), with(was.moment(), alive), was.history(),
        was.version(), told ? was.revision() + 1 : was.revision(), told ? now : was.updatedAt(), was.rank(),
        told ? progress : was.progress(), was.retriedAs(), was.resultGone());
  }

  static Operation appended(Operation was, int version, Instant now) {
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), was.moment(), was.history(), version,
        was.revision() + 1, now, was.rank(), was.progress(), was.retriedAs(), was.resultGone());
  }

  static Operation retriedAs(Operation was, OperationId retry, Instant now) {
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), was.moment(), was.history(), was.version(),
        was.revision() + 1, now, was.rank(), was.progress(), retry, was.resultGone());
  }

  /** The result's bytes are over; what they were is still told. */
  static Operation withoutResult(Operation was, Instant now) {
    var moment = was.moment();
    if (moment.state() instanceof State.Succeeded(var result) && result != null) {
      var shell = new Payload.Apart(result.size(), result.mediaType(), result.digest());
      moment = with(moment, new State.Succeeded(shell));
    }
    return new Operation(
        was.id(), was.submission(), was.createdAt(), was.deadlineAt(), moment, was.history(), was.version(),
        was.revision() + 1, now, was.rank(), was.progress(), was.retriedAs(), true);
  }

  private static Moment with(Moment was, State state) {
    return new Moment(
        was.version(), was.at(), state, was.attempt(), was.epoch(), was.startedAt(), was.lastError(),
        was.cancelRequested());
  }
}
