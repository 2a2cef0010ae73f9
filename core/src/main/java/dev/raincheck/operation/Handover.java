package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.HandedOver;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what applications handed over in their own transactions to the ledger: new work, and ends of operations.
 * It reads without locks and nominates; the ledger looks again under them, so several nodes may nominate the same.
 */
final class Handover {
  /** How many of a kind one pass nominates. */
  private static final int PASS_MAX = 500;

  /** How much one look takes over with what it is for. */
  private static final int LOOK_MAX = 20;

  /**
   * How long a type that this node does not know is left to others, which may be of a newer release. Then
   * nobody knows it, and its operations fail, visibly.
   */
  static final Duration UNKNOWN_TYPE_LEFT = Duration.ofSeconds(10);

  private static final int UNKNOWN_MAX = 10_000;

  /** Where one was found there are more: for a while the chore comes back sooner. */
  private static final Duration SOON = Duration.ofMillis(250);

  private static final int SOON_TIMES = 40;

  /** Longer than a commit takes in health; the row stays, so that nothing is lost by leaving. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Of a type that nobody knows. */
  private static final int USUAL_PRIORITY = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  private final Types types;
  private final Ledger ledger;
  private final Store store;
  private volatile TenantNumbers tenants = name -> OptionalInt.empty();
  private volatile Runnable later = () -> {};

  /** When this node first saw work of a type that it does not know; used by the chore alone. */
  private final Map<OperationId, Instant> unknown = new LinkedHashMap<>();

  private long after = Long.MIN_VALUE;
  private int soon;

  Handover(Types types, Ledger ledger, Store store) {
    this.types = types;
    this.ledger = ledger;
    this.store = store;
  }

  /** Before the chore starts: who knows the tenants. */
  void with(TenantNumbers numbers) {
    tenants = numbers;
  }

  /**
   * Before the chore starts: how it comes back before its rest is over.
   *
   * @param alarm runs an action after a while
   */
  void comesBack(BiConsumer<Duration, Runnable> alarm, Runnable wake) {
    later = () -> alarm.accept(SOON, wake);
  }

  // ---- the chore

  int runOnce(Instant now) {
    int done = isAnything() ? takeOver(now) + settle() : 0;
    if (done > 0) soon = SOON_TIMES;
    else if (soon > 0 && soon-- > 0) later.run();
    return done;
  }

  private boolean isAnything() {
    return store.read(reader -> reader.system().isHandedOver());
  }

  /** What cannot be taken now is passed over, so that it holds nobody up, and met again from the beginning. */
  private int takeOver(Instant now) {
    long from = after;
    var rows = store.read(reader -> reader.system().handedOver(from, PASS_MAX));
    after = rows.isEmpty() ? Long.MIN_VALUE : rows.getLast().order();
    int taken = take(rows, row -> isLeftTooLong(row, now));
    if (taken > 0 || from == Long.MIN_VALUE) return taken;
    return rows.isEmpty() ? 0 : 1; // not at the end yet: what follows may be taken
  }

  private boolean isLeftTooLong(HandedOver row, Instant now) {
    var first = unknown.putIfAbsent(row.id(), now);
    if (unknown.size() > UNKNOWN_MAX) unknown.remove(unknown.keySet().iterator().next());
    if (first == null || first.plus(UNKNOWN_TYPE_LEFT).isAfter(now)) return false;
    unknown.remove(row.id());
    return true;
  }

  /** An end that an application recorded is decided by whatever batch looks at its operation. */
  private int settle() {
    var ids = store.read(reader -> reader.system().completions(PASS_MAX));
    int settled = 0;
    for (var answer : ids.stream().map(id -> ledger.hand(new Command.Look(id))).toList()) {
      if (outcome(answer) instanceof Outcome.Unchanged) settled++;
    }
    return settled;
  }

  // ---- on demand

  private record Seen(Reader.Found found, List<HandedOver> rows) {}

  /**
   * How an operation stands. One that is only handed over is taken over at once, after what comes before it in its
   * lane or with its key; while this node cannot make an operation of it, it is shown as the one it will be.
   */
  Reader.Found find(int tenant, OperationId id) {
    var seen = store.read(reader -> look(reader, tenant, id));
    if (seen.rows().isEmpty()) return seen.found();
    var row = seen.rows().getLast();
    var number = tenant(row);
    if (number.isEmpty() || number.getAsInt() != tenant) return seen.found();
    // With more before it than one look may take, it is not its turn yet.
    int many = seen.rows().size() < LOOK_MAX ? seen.rows().size() : LOOK_MAX - 1;
    take(seen.rows().subList(0, many), _ -> false);
    var found = store.read(reader -> reader.operation(tenant, id));
    return found instanceof Reader.Found.Nothing ? new Reader.Found.Here(toBe(row, tenant)) : found;
  }

  /** In one snapshot: what is taken over at the same time is in one of the two. */
  private static Seen look(Reader reader, int tenant, OperationId id) {
    var found = reader.operation(tenant, id);
    return new Seen(found, found instanceof Reader.Found.Nothing ? reader.handedOver(id, LOOK_MAX) : List.of());
  }

  /** Not yet an operation: as it would stand if it were one, but at no revision that one ever has. */
  private Operation toBe(HandedOver row, int tenant) {
    var runAt = row.runAt();
    State state = runAt != null && runAt.isAfter(row.at()) ? new State.Scheduled(runAt) : new State.Queued();
    var moment = new Moment(1, row.at(), state, 0, 0, null, null, false);
    return new Operation(
        row.id(), submission(row, tenant, types.find(row.type())), row.at(), null, moment, List.of(), 1, 0, row.at(),
        0, null, null, false);
  }

  // ---- both

  private interface Unknown {
    boolean isLeftTooLong(HandedOver row);
  }

  /** Hands rows to the ledger, in their order, and waits; says of how many something came. */
  private int take(List<HandedOver> rows, Unknown unknownType) {
    record Handed(HandedOver row, int tenant, CompletableFuture<Outcome> answer) {}
    var handed = new ArrayList<Handed>();
    for (var row : rows) {
      var type = types.find(row.type()).filter(one -> !one.isReserved());
      if (type.isEmpty() && !unknownType.isLeftTooLong(row)) continue;
      var tenant = tenant(row);
      if (tenant.isEmpty()) {
        LOG.error("{} stays handed over: there is no room for its tenant", row.id());
        continue;
      }
      int number = tenant.getAsInt();
      var command = type.isEmpty() ? failing(row, number, nobody(row)) : command(row, number, type.get());
      handed.add(new Handed(row, number, ledger.hand(command)));
    }
    int taken = 0;
    for (var one : handed) {
      var outcome = outcome(one.answer());
      if (outcome instanceof Outcome.Poisoned(var why)) outcome = refused(one.row(), one.tenant(), why);
      if (isTaken(outcome)) taken++;
    }
    return taken;
  }

  private static boolean isTaken(@Nullable Outcome outcome) {
    return outcome instanceof Outcome.Accepted
        || outcome instanceof Outcome.Seen
        || outcome instanceof Outcome.Moved
        || outcome instanceof Outcome.Gone;
  }

  /** Null if there is none: the row stays. */
  private static @Nullable Outcome outcome(CompletableFuture<Outcome> answer) {
    try {
      return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("what an application handed over is not taken over yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  private OptionalInt tenant(HandedOver row) {
    if (row.tenantNumber() != null) return OptionalInt.of(row.tenantNumber());
    return row.tenant() == null ? OptionalInt.empty() : tenants.of(row.tenant());
  }

  private static Command.TakeOver command(HandedOver row, int tenant, OperationType type) {
    var key = row.key() == null ? null : new Key.Idem(tenant, type.name(), row.key());
    var submission = submission(row, tenant, Optional.of(type));
    return new Command.TakeOver(new Command.Submit(row.id(), submission, key, new byte[0]), null);
  }

  private static Submission submission(HandedOver row, int tenant, Optional<OperationType> type) {
    return new Submission(
        tenant, row.type(), type.map(OperationType::queue).orElse(row.type()), row.lane(), 1,
        type.map(OperationType::priority).orElse(USUAL_PRIORITY), row.runAt(), row.startBy(), row.deadline(), row.input(),
        row.metadata(), row.tags(), row.correlationId(), null, row.traceparent(), row.key(), null, null,
        type.map(OperationType::promise).orElse(Promise.DEFAULT));
  }

  // ---- what nothing but a failure can come of

  private static Failure nobody(HandedOver row) {
    return FailureCode.HANDLER_FAILED.because(
        "No node declares the operation type '%s'. Declare it, then retry this operation.".formatted(row.type()));
  }

  /** With a lane or a key of its own it would hold up others. */
  private static Command.TakeOver failing(HandedOver row, int tenant, Failure why) {
    var submission =
        new Submission(
            tenant, row.type(), row.type(), null, 1, USUAL_PRIORITY, null, null, row.deadline(), row.input(),
            row.metadata(), row.tags(), row.correlationId(), null, row.traceparent(), null, null, null,
            Promise.DEFAULT);
    return failing(row, submission, why);
  }

  private static Command.TakeOver failing(HandedOver row, Submission submission, Failure why) {
    return new Command.TakeOver(new Command.Submit(row.id(), submission, null, new byte[0]), why);
  }

  /** The store refuses a value of it: nothing but whose and what it is goes into a failed operation. */
  private @Nullable Outcome refused(HandedOver row, int tenant, String why) {
    LOG.error("the store refuses what was handed over as {}: {}", row.id(), why);
    var failure = FailureCode.HANDLER_FAILED.because("The store refuses a value of what was handed over.");
    var submission =
        new Submission(
            tenant, row.type(), row.type(), null, 1, USUAL_PRIORITY, null, null, null, null, Map.of(), List.of(),
            null, null, null, null, null, null, Promise.DEFAULT);
    return outcome(ledger.hand(failing(row, submission, failure)));
  }
}
