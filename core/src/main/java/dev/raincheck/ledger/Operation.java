package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One accepted request for work.
 *
 * @param deadlineAt when the whole operation fails, or null
 * @param moment how it stands
 * @param history the transitions before that, oldest first, bounded by {@link History}
 * @param version the number of the last history entry: transition, log chunk or output chunk
 * @param revision rises whenever anything that a client can see changes; the ETag
 * @param rank its place among ready operations of the same priority: a hint of fairness
 * @param retriedAs the latest operation that retries this one, or null
 * @param resultGone whether the result has expired before the operation
 */
public record Operation(
    OperationId id,
    Submission submission,
    Instant createdAt,
    @Nullable Instant deadlineAt,
    Moment moment,
    List<Moment> history,
    int version,
    long revision,
    Instant updatedAt,
    long rank,
    @Nullable Progress progress,
    @Nullable OperationId retriedAs,
    boolean resultGone)
    implements Row {

  public State state() {
    return moment.state();
  }

  public boolean done() {
    return state().isFinal();
  }

  /** The business case: what the client named, else the operation itself. */
  public String correlationId() {
    var given = submission.correlationId();
    return given != null ? given : id.text();
  }

  /** When it ended, or null. */
  public @Nullable Instant finishedAt() {
    return done() ? moment.at() : null;
  }

  /** When it will be forgotten; null while it is under way, and when it is kept for ever. */
  public @Nullable Instant expiresAt() {
    var keep = submission.promise().keep();
    return done() && keep != null ? moment.at().plus(keep) : null;
  }

  /** When its result will be; null without a result, and when that is kept for ever. */
  public @Nullable Instant resultExpiresAt() {
    if (!(state() instanceof State.Succeeded(var result)) || result == null) return null;
    Duration keep = submission.promise().keepResult();
    return keep != null ? moment.at().plus(keep) : expiresAt();
  }

  /**
   * When time alone will change it next, or null: what a chore must look at it for. Stores keep it as a
   * column, because only Java decides it.
   */
  public @Nullable Instant due() {
    return switch (state()) {
      case State.Scheduled(var until) -> earliest(until, unstarted(deadlineAt));
      case State.Blocked _, State.Queued _ -> unstarted(deadlineAt);
      case State.Waiting(var waits) -> earliest(timer(waits), deadlineAt);
      case State.Running(_, var endsAt, var silentAt) -> earliest(earliest(endsAt, silentAt), deadlineAt);
      case State.Canceling(_, var endsAt, var silentAt, _) -> earliest(earliest(endsAt, silentAt), deadlineAt);
      case State.Succeeded _ -> resultGone ? expiresAt() : earliest(resultExpiresAt(), expiresAt());
      case State.Failed _, State.Canceled _ -> expiresAt();
    };
  }

  /** When it fails as {@code expired} unless it has started, or null. */
  public @Nullable Instant startBy() {
    if (moment.startedAt() != null) return null;
    var limit = submission.promise().startTimeout();
    var runAt = submission.runAt();
    var from = runAt != null && runAt.isAfter(createdAt) ? runAt : createdAt;
    var byPromise = limit == null ? null : from.plus(limit);
    return earliest(submission.startBy(), byPromise);
  }

  private @Nullable Instant unstarted(@Nullable Instant deadline) {
    return earliest(startBy(), deadline);
  }

  private static @Nullable Instant timer(List<Wait> waits) {
    Instant first = null;
    for (var wait : waits) {
      if (wait instanceof Wait.ForTime(var at)) first = earliest(first, at);
    }
    return first;
  }

  static @Nullable Instant earliest(@Nullable Instant a, @Nullable Instant b) {
    if (a == null) return b;
    return b == null || a.isBefore(b) ? a : b;
  }

  /** The blobs that it refers to: its input's and its result's. */
  public List<Payload.Blob> blobs() {
    var blobs = new ArrayList<Payload.Blob>(2);
    if (submission.input() instanceof Payload.Blob blob) blobs.add(blob);
    if (state() instanceof State.Succeeded(Payload.Blob blob)) blobs.add(blob);
    return blobs;
  }

  /** Whether an attempt of it takes a slot of that queue: under way, wherever, and though it be told to end. */
  boolean runsIn(String queue) {
    return state().heldBy() != null && submission.queue().equals(queue);
  }

  /** Whether it holds a place in its lane: admitted and not yet ended. */
  boolean holdsLane() {
    if (submission.lane() == null) return false;
    return switch (state()) {
      // Its first delay is spent outside of the lane; a pause between attempts is not.
      case State.Scheduled _ -> moment.epoch() > 0;
      case State.Blocked _, State.Succeeded _, State.Failed _, State.Canceled _ -> false;
      case State.Queued _, State.Running _, State.Waiting _, State.Canceling _ -> true;
    };
  }

  /**
   * This operation right after one of its transitions, told from what never changes again: so it is the same
   * whenever it is told. Progress, which no transition records, is known at the end alone.
   */
  public Operation asOf(Moment then) {
    return new Operation(
        id, submission, createdAt, deadlineAt, then, List.of(), then.version(), then.version(), then.at(), 0,
        then.state().isFinal() ? progress : null, null, resultGone);
  }

  /** This operation as its row keeps it: long payloads are only referred to. */
  public Operation inRow() {
    var input = submission.input();
    var slim = input == null || input == input.inRow() ? submission : submission.withInput(input.inRow());
    var now = moment;
    if (now.state() instanceof State.Succeeded(var result) && result != null && result != result.inRow()) {
      now =
          new Moment(
              now.version(), now.at(), new State.Succeeded(result.inRow()), now.attempt(), now.epoch(),
              now.startedAt(), now.lastError(), now.cancelRequested());
    }
    if (slim == submission && now == moment) return this;
    return new Operation(
        id, slim, createdAt, deadlineAt, now, history, version, revision, updatedAt, rank, progress, retriedAs,
        resultGone);
  }
}
