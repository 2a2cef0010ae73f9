package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A decision in the making: the moves that the rules are made of, each with all that belongs to it (the
 * lane's next, a waiting parent, the log's entry), so that no rule can forget one.
 */
final class Draft {
  /** For operations without an end in sight. */
  private static final Duration ALIAS_KEPT = Duration.ofDays(365);

  final Rows rows;
  final Instant now;
  final RandomGenerator dice;
  private final Ranks ranks;
  private final Map<Object, Row> saved = new LinkedHashMap<>(4);
  private final List<Key> removed = new ArrayList<>(1);
  private final List<Entry> entries = new ArrayList<>(2);
  private @Nullable Operation subject;
  private @Nullable Instant trimBefore;

  Draft(Rows rows, Instant now, RandomGenerator dice, Ranks ranks) {
    this.rows = rows;
    this.now = now;
    this.dice = dice;
    this.ranks = ranks;
  }

  Decision decided(Outcome outcome) {
    return new Decision(outcome, List.copyOf(saved.values()), List.copyOf(removed), List.copyOf(entries), trimBefore);
  }

  /** The usual answer: the operation that this was about, as it stands now. */
  Decision moved() {
    if (subject == null) throw new IllegalStateException("nothing moved");
    return decided(new Outcome.Moved(subject));
  }

  Draft save(Row row) {
    saved.put(slot(row), row);
    if (row instanceof Operation operation) subject = operation;
    return this;
  }

  Draft remove(Key key) {
    removed.add(key);
    return this;
  }

  Draft trim(Instant before) {
    trimBefore = before;
    return this;
  }

  // ---- moves

  Operation accept(OperationId id, Submission what) {
    var runAt = what.runAt();
    var deadlineAt = deadlineAt(what);
    State state =
        runAt != null && runAt.isAfter(now)
            ? new State.Scheduled(runAt)
            : admit(what.laneKey(), what.laneLimit());
    var moment = new Moment(1, now, state, 0, 0, null, null, false);
    var operation =
        new Operation(
            id, what, now, deadlineAt, moment, List.of(), 1, 1, now, rank(state, what, 0), null, null, false);
    save(operation);
    announce(operation);
    return operation;
  }

  /**
   * A deadline that was asked for counts from acceptance. The type's own counts from when the work may start:
   * else whatever is scheduled further ahead would end without ever having begun.
   */
  private @Nullable Instant deadlineAt(Submission what) {
    if (what.deadline() != null) return now.plus(what.deadline());
    var usual = what.promise().operationTimeout();
    if (usual == null) return null;
    var runAt = what.runAt();
    return (runAt != null && runAt.isAfter(now) ? runAt : now).plus(usual);
  }

  Operation start(Operation operation, long owner) {
    var was = operation.moment();
    var endsAt = now.plus(operation.submission().promise().attemptTimeout());
    var running = new State.Running(owner, endsAt, silentAt(operation));
    var started = was.startedAt() != null ? was.startedAt() : now;
    return transition(
        operation, running, was.attempt() + 1, was.epoch() + 1, started, was.lastError(), was.cancelRequested());
  }

  /** Ends it: the lane's next may start, a parent that waits for it wakes. */
  Draft end(Operation operation, State.Final end) {
    boolean canceled = end instanceof State.Canceled;
    var was = operation.moment();
    var error = end instanceof State.Failed(var failure, _) ? failure : was.lastError();
    var ended =
        transition(
            operation, end, was.attempt(), was.epoch(), was.startedAt(), error, canceled || was.cancelRequested());
    if (operation.holdsLane()) leaveLane(operation.submission());
    wakeParent(operation);
    subject = ended;
    return this;
  }

  Draft fail(Operation operation, Failure failure, Promise.DeadLetter kind) {
    boolean dead = operation.submission().promise().deadLetters().contains(kind);
    return end(operation, new State.Failed(failure, dead));
  }

  /** Between attempts: the lane stays held. */
  Draft putOff(Operation operation, Duration pause, Failure why) {
    var until = now.plus(pause);
    var deadline = operation.deadlineAt();
    var at = deadline != null && deadline.isBefore(until) ? deadline : until;
    return to(operation, new State.Scheduled(at), operation.moment().attempt(), why);
  }

  Draft requeue(Operation operation, Failure why) {
    return to(operation, new State.Queued(), operation.moment().attempt(), why);
  }

  /** The attempt is not charged. */
  Draft release(Operation operation, Duration pause) {
    var was = operation.moment();
    State next = pause.isPositive() ? new State.Scheduled(now.plus(pause)) : new State.Queued();
    return to(operation, next, Math.max(0, was.attempt() - 1), was.lastError());
  }

  /** A delay is over. What has run before holds its lane already; what has not takes its turn now. */
  Draft ready(Operation operation) {
    var what = operation.submission();
    State next =
        operation.moment().epoch() > 0 ? new State.Queued() : admit(what.laneKey(), what.laneLimit());
    return to(operation, next, operation.moment().attempt(), operation.moment().lastError());
  }

  Draft wake(Operation operation) {
    return to(operation, new State.Queued(), operation.moment().attempt(), operation.moment().lastError());
  }

  Draft suspend(Operation operation, List<Wait> until) {
    boolean over =
        until.stream()
            .anyMatch(
                wait ->
                    wait instanceof Wait.ForEnd(var child)
                        && rows.operation(child).filter(other -> !other.done()).isEmpty());
    State next = over ? new State.Queued() : new State.Waiting(until);
    // The dispatch that goes on from here is not a new attempt: a function may rest as often as it likes.
    return to(operation, next, Math.max(0, operation.moment().attempt() - 1), operation.moment().lastError());
  }

  Draft cancelAsked(Operation operation, State.Canceling canceling) {
    var was = operation.moment();
    transition(operation, canceling, was.attempt(), was.epoch(), was.startedAt(), was.lastError(), true);
    return this;
  }

  /** A change that no client can see: neither history nor the document tells of it. */
  Draft inner(Operation operation, State state) {
    return save(Lives.inner(operation, state));
  }

  Draft report(Operation operation, State alive, @Nullable Progress progress) {
    var reported = Lives.reported(operation, alive, progress, now);
    if (reported.revision() != operation.revision()) entries.add(Entry.progress(reported));
    return save(reported);
  }

  Draft append(Operation operation, Command.Append append) {
    int version = operation.version() + 1;
    save(new Row.Chunk(operation.id(), version, now, append.kind(), append.mediaType(), append.body()));
    save(Lives.appended(operation, version, now));
    String type =
        switch (append.kind()) {
          case LOG -> Entry.LOG;
          case OUTPUT -> Entry.OUTPUT;
        };
    entries.add(new Entry(Entry.operations(operation.submission().tenant()), operation.id(), version, type));
    return this;
  }

  /** Nothing is left but the knowledge that it was there. */
  Draft bury(Operation operation) {
    remove(operation.id());
    return save(
        new Row.Tombstone(operation.id(), operation.submission().tenant(), now.plus(Rules.TOMBSTONE_KEPT)));
  }

  /** The id means an operation that stood before it was handed over; known for as long as that one is, and longer. */
  Draft alias(OperationId id, Operation meant) {
    var promise = meant.submission().promise();
    var end = meant.expiresAt();
    if (end == null && meant.deadlineAt() != null && promise.keep() != null) {
      end = meant.deadlineAt().plus(promise.keep());
    }
    var until = (end == null ? now.plus(ALIAS_KEPT) : end).plus(Rules.TOMBSTONE_KEPT);
    return save(new Row.Tombstone(id, meant.submission().tenant(), until, meant.id()));
  }

  @Nullable Instant silentAt(Operation operation) {
    var limit = operation.submission().promise().heartbeatTimeout();
    return limit == null ? null : now.plus(limit);
  }

  // ---- what moves are made of

  private Draft to(Operation operation, State state, int attempt, @Nullable Failure lastError) {
    var was = operation.moment();
    transition(operation, state, attempt, was.epoch(), was.startedAt(), lastError, was.cancelRequested());
    return this;
  }

  private Operation transition(
      Operation operation,
      State state,
      int attempt,
      long epoch,
      @Nullable Instant startedAt,
      @Nullable Failure lastError,
      boolean cancelRequested) {
    var moment =
        new Moment(operation.version() + 1, now, state, attempt, epoch, startedAt, lastError, cancelRequested);
    var moved = Lives.moved(operation, moment, rank(state, operation.submission(), operation.rank()));
    save(moved);
    announce(moved);
    return moved;
  }

  private void announce(Operation operation) {
    var stream = Entry.operations(operation.submission().tenant());
    entries.add(new Entry(stream, operation.id(), operation.version(), "operation." + operation.state().word()));
  }

  /** What becomes ready gets a fresh place; what starts keeps the one that it started from. */
  private long rank(State state, Submission what, long was) {
    return state instanceof State.Queued ? ranks.next(what.queue(), what.tenant()) : was;
  }

  private State admit(Key.@Nullable Lane key, int limit) {
    if (key == null) return new State.Queued();
    var lane = lane(key).orElseGet(() -> new Row.Lane(key, limit, 0, 0));
    if (lane.admitted() < lane.limit() && rows.nextIn(key).isEmpty()) {
      save(new Row.Lane(key, limit, lane.admitted() + 1, lane.tail()));
      return new State.Queued();
    }
    long turn = lane.tail() + 1;
    save(new Row.Lane(key, limit, lane.admitted(), turn));
    return new State.Blocked(turn);
  }

  private void leaveLane(Submission what) {
    var key = what.laneKey();
    if (key == null) return;
    var lane = lane(key);
    if (lane.isEmpty()) return;
    var row = lane.get();
    int admitted = Math.max(0, row.admitted() - 1);
    var next = admitted < row.limit() ? rows.nextIn(key) : Optional.<Operation>empty();
    if (next.isPresent()) {
      var operation = next.get();
      var queued = new State.Queued();
      save(Lives.inner(operation, queued, rank(queued, operation.submission(), 0)));
      admitted++;
    }
    if (admitted == 0) remove(key);
    else save(new Row.Lane(key, row.limit(), admitted, row.tail()));
  }

  private Optional<Row.Lane> lane(Key.Lane key) {
    return saved.get(key) instanceof Row.Lane lane ? Optional.of(lane) : rows.lane(key);
  }

  private void wakeParent(Operation operation) {
    var parent = operation.submission().parent();
    if (parent == null) return;
    rows.operation(parent)
        .filter(
            waiting ->
                waiting.state() instanceof State.Waiting(var until)
                    && until.contains(new Wait.ForEnd(operation.id())))
        .ifPresent(this::wake);
  }

  /** Where a row is kept while drafting: later saves of the same thing replace earlier ones. */
  private static Object slot(Row row) {
    return switch (row) {
      case Operation operation -> operation.id();
      case Row.Tombstone tombstone -> tombstone.id();
      case Row.Owner owner -> owner.key();
      case Row.Doc doc -> doc.key();
      case Row.Idem idem -> idem.key();
      case Row.Lane lane -> lane.key();
      case Row.Chunk chunk -> chunk;
      case Row.HandedOver handed -> handed.key();
      case Row.Completion completion -> completion.key();
    };
  }
}
