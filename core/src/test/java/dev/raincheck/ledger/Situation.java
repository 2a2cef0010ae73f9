package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation in one state, with everything that its fate touches: it shares a lane of one place
 * with an operation that is blocked behind it, and a parent waits for its end. Times are seconds
 * after T0.
 */
record Situation(
    String name, @Nullable Operation subject, Row.@Nullable Tombstone tombstone, int ownerUntil) {
  static final Instant T0 = Instant.parse("2026-11-24T08:00:00Z");
  static final int TENANT = 1;
  static final long OWNER = 42;
  static final OperationId ID = new OperationId(1, 1);
  static final OperationId NEXT = new OperationId(1, 2);
  static final OperationId PARENT = new OperationId(1, 3);
  static final OperationId CHILD = new OperationId(1, 4);
  static final OperationId DONE = new OperationId(1, 5);
  static final OperationId NEW = new OperationId(1, 9);
  static final Key.Idem KEY = new Key.Idem(TENANT, "report", "k");
  static final byte[] FINGERPRINT = {7};
  static final Key.Lane LANE = new Key.Lane(TENANT, "report", "customer-7");
  static final long REVISION = 4;
  static final Payload RESULT = new Payload.Inline(new byte[] {1}, "application/json");
  static final Failure EARLIER = FailureCode.TARGET_FAILED.because("earlier");

  // When what comes: a delay or timer, start_by, silence, the attempt's end, the deadline.
  static final int DELAY = 10;
  static final int START_BY = 20;
  static final int SILENT = 30;
  static final int ATTEMPT_END = 60;
  static final int DEADLINE = 100;
  static final int RESULT_KEPT = 86_400;
  static final int KEPT = 7 * 86_400;

  // Of the queue in the cluster: how many attempts run, and the limit of a claim that meets another node.
  static final int RUNNING = 5;
  static final int BUSY = 99;

  static List<Situation> all() {
    var running = new State.Running(OWNER, at(ATTEMPT_END), at(SILENT));
    var canceling = new State.Canceling(OWNER, at(ATTEMPT_END), at(SILENT), "no longer wanted");
    return List.of(
        new Situation("unknown", null, null, 15),
        new Situation("gone", null, new Row.Tombstone(ID, TENANT, at(KEPT)), 15),
        of("scheduled (first delay)", new State.Scheduled(at(DELAY)), 0, 0),
        of("scheduled (between attempts, 1 of 3)", new State.Scheduled(at(DELAY)), 1, 1),
        of("queued, blocked behind its lane", new State.Blocked(3), 0, 0),
        of("queued", new State.Queued(), 0, 0),
        of("queued again (1 of 3 attempts)", new State.Queued(), 1, 2),
        of("running (attempt 1 of 3)", running, 1, 1),
        of("running (attempt 3 of 3)", running, 3, 5),
        atMostOnce("running, at most once", running),
        of(
            "running, will call back (attempt 1 of 3)",
            new State.Running(0, at(ATTEMPT_END), at(SILENT)),
            1,
            1),
        waiting("waiting for a signal", new Wait.ForSignal("approved")),
        waiting("waiting for a time", new Wait.ForTime(at(DELAY))),
        waiting("waiting for a child", new Wait.ForEnd(CHILD)),
        of("canceling (attempt 1 of 3)", canceling, 1, 1),
        of("succeeded", new State.Succeeded(RESULT), 1, 1),
        of("failed, dead letter", new State.Failed(EARLIER, true), 3, 3),
        of("canceled", new State.Canceled("no longer wanted"), 1, 1));
  }

  static Instant at(int seconds) {
    return T0.plusSeconds(seconds);
  }

  private static Situation of(String name, State state, int attempt, long epoch) {
    return new Situation(name, operation(ID, state, attempt, epoch, promise(3, false)), null, 15);
  }

  private static Situation atMostOnce(String name, State state) {
    return new Situation(name, operation(ID, state, 1, 1, promise(1, true)), null, 15);
  }

  private static Situation waiting(String name, Wait wait) {
    return of(name, new State.Waiting(List.of(wait)), 1, 1);
  }

  private static Promise promise(int maxAttempts, boolean atMostOnce) {
    return new Promise(
        maxAttempts,
        new Promise.Backoff(Duration.ofSeconds(8), 2, Duration.ofMinutes(5)),
        atMostOnce,
        true,
        Set.of(Promise.DeadLetter.EXHAUSTED, Promise.DeadLetter.TIMED_OUT),
        Duration.ofSeconds(ATTEMPT_END),
        Duration.ofSeconds(SILENT),
        Duration.ofSeconds(DEADLINE),
        null,
        Duration.ofSeconds(KEPT),
        Duration.ofSeconds(RESULT_KEPT),
        Duration.ofDays(1));
  }

  private static Operation operation(
      OperationId id, State state, int attempt, long epoch, Promise promise) {
    var submission = submission(LANE.key(), id.equals(ID) ? PARENT : null, null, promise);
    var lastError = attempt > 1 || state instanceof State.Failed ? EARLIER : null;
    var started = epoch > 0 ? T0 : null;
    boolean asked = state instanceof State.Canceling || state instanceof State.Canceled;
    var moment = new Moment(4, T0, state, attempt, epoch, started, lastError, asked);
    return new Operation(
        id, submission, T0, at(DEADLINE), moment, List.of(), 4, REVISION, T0, 5, null, null, false);
  }

  static Submission submission(
      @Nullable String lane,
      @Nullable OperationId parent,
      @Nullable OperationId retryOf,
      Promise promise) {
    return new Submission(
        TENANT,
        "report",
        "report",
        lane,
        1,
        5,
        null,
        at(START_BY),
        null,
        null,
        Map.of(),
        List.of(),
        null,
        null,
        null,
        null,
        parent,
        retryOf,
        promise);
  }

  static Submission plain(@Nullable OperationId retryOf) {
    return submission(null, null, retryOf, promise(3, false));
  }

  /** What a batch of one command would find. */
  WorkingSet rows(Command command, boolean ownerAlive) {
    Map<Key, Row> rows = new HashMap<>();
    if (subject != null) rows.put(ID, subject);
    if (tombstone != null) rows.put(ID, tombstone);
    if (subject != null || tombstone != null) {
      rows.put(KEY, new Row.Idem(KEY, FINGERPRINT, ID, at(RESULT_KEPT)));
      rows.put(PARENT, waitingParent());
    }
    boolean holds = subject != null && subject.holdsLane();
    rows.put(LANE, new Row.Lane(LANE, 1, 1, 9));
    rows.put(DONE, operation(DONE, new State.Canceled(null), 0, 0, promise(3, false)));
    if (ownerAlive)
      rows.put(new Key.Owner(OWNER), new Row.Owner(new Key.Owner(OWNER), Instant.MAX));

    var next = operation(NEXT, new State.Blocked(7), 0, 0, promise(3, false));
    rows.put(NEXT, next);
    Map<Key.Lane, List<Operation>> blocked = new HashMap<>();
    var behind = new ArrayList<Operation>();
    if (subject != null && subject.state() instanceof State.Blocked) behind.add(subject);
    behind.add(next);
    blocked.put(LANE, holds || !behind.isEmpty() ? behind : List.of());

    Map<String, List<Operation>> picked = new HashMap<>();
    if (command instanceof Command.Claim
        && subject != null
        && subject.state() instanceof State.Queued) {
      picked.put("report", List.of(subject));
    }
    boolean busy = command instanceof Command.Claim claim && claim.limit() == BUSY;
    Map<String, Integer> running = busy ? Map.of() : Map.of("report", RUNNING);
    return new WorkingSet(new Loaded(rows, blocked, running), picked);
  }

  private static Operation waitingParent() {
    var like =
        operation(PARENT, new State.Waiting(List.of(new Wait.ForEnd(ID))), 1, 1, promise(3, false));
    return new Operation(
        PARENT,
        submission(null, null, null, promise(3, false)),
        T0,
        null,
        like.moment(),
        List.of(),
        4,
        REVISION,
        T0,
        0,
        null,
        null,
        false);
  }

  /** The epoch of the last dispatch. */
  long epoch() {
    return Optional.ofNullable(subject).map(operation -> operation.moment().epoch()).orElse(1L);
  }

  /** Dice that always fall on one half, so that pauses are three quarters of their longest. */
  static Random dice() {
    return new Random() {
      @Override
      public double nextDouble() {
        return 0.5;
      }
    };
  }
}
