package dev.raincheck.operation;

import dev.raincheck.blob.Blobs;
import dev.raincheck.ledger.ClaimSource;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Outcome.Claimed.Limit;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Store;
import dev.raincheck.pace.Alarms;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts attempts where slots are free, and brings their ends back to the ledger. */
final class Dispatcher implements ClaimSource, OtherNodes.Interested {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
  private static final int DETAIL_MAX = 500;

  /** A streamed result up to this long is kept with its operation. */
  private static final int RESULT_IN_MEMORY = 1 << 20;
  private static final Duration UNKNOWN_TYPE_PAUSE = Duration.ofSeconds(30);

  /** Another node's claim is over in about the time of a commit. */
  private static final Duration BUSY_PAUSE = Duration.ofMillis(2);

  /** Long enough for another node to hear that there is room and to claim. */
  private static final Duration SHARING_PAUSE = Duration.ofMillis(15);

  /** At a limit of the cluster, one in so many slots that are free again is left to others for a moment. */
  private static final int SHARED_ONE_IN = 8;


  private final Types types;
  private final Ledger ledger;
  private final Store store;
  private final Blobs blobs;
  private final InstantSource clock;
  private final Alarms alarms;
  private final RandomGenerator dice;
  private final long owner;
  private final Map<String, Slots> slots = new HashMap<>();
  private final Map<OperationId, Running> running = new ConcurrentHashMap<>();
  private final Unrecorded unrecorded;
  private final Executor hooks = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private volatile boolean claiming = true;
  private volatile boolean refused;

  /** @param dice used by many threads */
  Dispatcher(
      Types types,
      Ledger ledger,
      Store store,
      Blobs blobs,
      InstantSource clock,
      Alarms alarms,
      RandomGenerator dice,
      long owner) {
    this.types = types;
    this.ledger = ledger;
    this.store = store;
    this.blobs = blobs;
    this.clock = clock;
    this.alarms = alarms;
    this.dice = dice;
    this.owner = owner;
    this.unrecorded = new Unrecorded(ledger, this::recorded);
    for (var type : types.all()) {
      slots.computeIfAbsent(
          type.queue(), queue -> new Slots(queue, type.slots(), type.clusterSlots(), type.threads()));
    }
  }

  /**
   * An attempt under way.
   *
   * @param detached whether its target has said that it will call back
   * @param over set by whoever ends it here, so that its slot is freed once
   */
  private record Running(
      Attempt attempt, OperationType type, Slots slots, AtomicBoolean detached, AtomicBoolean over) {
    boolean endsNow() {
      return over.compareAndSet(false, true);
    }
  }

  // ---- claiming

  @Override
  public List<Wanted> wanted(Map<String, Integer> fed) {
    if (!claiming) return List.of();
    var wanted = new ArrayList<Wanted>(1);
    for (var queue : slots.values()) {
      int free = queue.reserve(fed.getOrDefault(queue.queue(), 0));
      if (free == 0) continue;
      wanted.add(new Wanted(queue.claim(owner, free), outcome -> claimed(queue, free, outcome)));
    }
    return wanted;
  }

  private void claimed(Slots queue, int reserved, Outcome outcome) {
    if (!(outcome instanceof Outcome.Claimed(var attempts, var limit))) {
      queue.claimed(reserved, 0, Limit.OPEN);
      refused = true;
      return;
    }
    if (queue.claimed(reserved, attempts.size(), limit)) ledger.nudge();
    if (limit == Limit.BUSY) resumeAfter(BUSY_PAUSE, queue);
    attempts.forEach(operation -> begin(operation, queue));
  }

  /** With jitter, so that nodes do not meet again and again. */
  private void resumeAfter(Duration pause, Slots queue) {
    var unused =
        alarms.after(
            pause.plusNanos((long) (dice.nextDouble() * pause.toNanos())),
            () -> {
              if (queue.resume()) ledger.nudge();
            });
  }

  private void begin(Operation operation, Slots queue) {
    var type = types.find(operation.submission().type()).orElse(null);
    int tenant = operation.submission().tenant();
    var attempt = new Attempt(operation, clock, unrecorded::hand, hooks, () -> resultStream(tenant));
    if (type == null) {
      // The queue is shared with a type that this node does not know: another node may.
      LOG.warn("no handler for operations of type '{}'", operation.submission().type());
      unrecorded.hand(new Command.Release(operation.id(), attempt.epoch(), UNKNOWN_TYPE_PAUSE));
      free(queue);
      return;
    }
    var one = new Running(attempt, type, queue, new AtomicBoolean(), new AtomicBoolean());
    running.put(operation.id(), one);
    queue.run(() -> perform(one));
  }

  // ---- performing

  private void perform(Running one) {
    var attempt = one.attempt();
    if (attempt.canceled()) {
      end(one, attempt, interrupted());
      return;
    }
    try {
      var input = input(attempt.operation());
      switch (one.type().handler()) {
        case Handler.Blocking handler -> {
          attempt.runsOn(Thread.currentThread());
          Result result;
          try {
            result = handler.perform(input, attempt);
          } finally {
            attempt.runsOn(null);
            Thread.interrupted(); // A cancel that came late must not meet the thread's next attempt.
          }
          end(one, attempt, result);
        }
        case Handler.Staged handler ->
            handler
                .begin(input, attempt)
                .whenComplete((result, failure) -> end(one, attempt, failure == null ? result : failed(failure)));
      }
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      end(one, attempt, failed(e));
    }
  }

  private ResultStream resultStream(int tenant) {
    return new ResultStream(blobs.spool(tenant, RESULT_IN_MEMORY));
  }

  private Input input(Operation operation) {
    var payload = operation.submission().input();
    if (payload == null) return Input.NONE;
    return switch (payload) {
      case Payload.Inline(var bytes, var mediaType) -> new Input(bytes, mediaType);
      case Payload.Apart(_, var mediaType, _) -> {
        var bytes = store.read(reader -> reader.payload(operation.id(), Payload.Part.INPUT));
        yield new Input(bytes.orElseThrow(() -> new IllegalStateException("the input is gone")), mediaType);
      }
      case Payload.Blob blob -> Input.of(blob, blobs);
    };
  }

  private void end(Running one, Attempt attempt, @Nullable Result result) {
    if (result instanceof Result.CallsBack) {
      // The attempt goes on elsewhere: its slot is held until a call back or a time-out ends it.
      one.detached().set(true);
      var unused =
          ledger
              .hand(new Command.Detach(attempt.operationId(), attempt.epoch()))
              // The call back overtook the answer that announces it: no commit will tell of the end again.
              .thenAccept(outcome -> { if (outcome instanceof Outcome.Stale) leave(one); });
      return;
    }
    if (!one.endsNow()) { // Drained: it has been given back.
      if (result instanceof Result.Stored(var unwanted)) blobs.settle(unwanted, null);
      return;
    }
    running.remove(attempt.operationId(), one);
    attempt.finish();
    unrecorded.hand(command(attempt, result == null ? Result.none() : result));
    free(one.slots());
    signalEnd();
  }

  private static Command.OfAttempt command(Attempt attempt, Result result) {
    var id = attempt.operationId();
    long epoch = attempt.epoch();
    return switch (result) {
      case Result.Done(var bytes, var mediaType) ->
          new Command.Complete(id, epoch, new Payload.Inline(bytes, mediaType));
      case Result.Stored(var payload) -> new Command.Complete(id, epoch, payload);
      case Result.Void() -> new Command.Complete(id, epoch, null);
      case Result.Failed(var failure, var retry, var retryAfter) ->
          new Command.Fail(id, epoch, failure, retry, retryAfter);
      case Result.Snoozed(var pause) -> new Command.Release(id, epoch, pause);
      case Result.Completed() -> new Command.Confirm(id, epoch);
      case Result.CallsBack() -> new Command.Detach(id, epoch);
    };
  }

  private static Result failed(Throwable failure) {
    var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    LOG.info("an attempt failed", cause);
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    String detail = cause.getClass().getSimpleName() + message;
    if (detail.length() > DETAIL_MAX) detail = detail.substring(0, DETAIL_MAX);
    return new Result.Failed(FailureCode.HANDLER_FAILED.because(detail), true, null);
  }

  private static Result interrupted() {
    return new Result.Failed(FailureCode.HANDLER_FAILED.because("The attempt was stopped."), true, null);
  }

  private void free(Slots queue) {
    switch (queue.free()) {
      case REST -> {}
      case CLAIM -> ledger.nudge();
      case CLAIM_SHARED -> {
        if (store.shared().isPresent() && dice.nextInt(SHARED_ONE_IN) == 0) {
          queue.pause();
          resumeAfter(SHARING_PAUSE, queue);
        } else {
          ledger.nudge();
        }
      }
    }
  }

  /** A result that is not recorded, because it came too late, is not kept. */
  private void recorded(Command.OfAttempt command, Outcome outcome) {
    if (command instanceof Command.Complete(_, _, var made)) blobs.settle(made, Outcome.resultOf(outcome));
  }

  // ---- what the log tells

  @Override
  public boolean isIn(OperationId id) {
    return running.containsKey(id);
  }

  @Override
  public boolean isIdle() {
    return running.isEmpty();
  }

  @Override
  public void committed(Commit commit) {
    boolean work = false;
    for (var change : commit.changes()) {
      var operation = change.after();
      if (operation.state() instanceof State.Queued) {
        var queue = slots.get(operation.submission().queue());
        if (queue != null && queue.offer()) work = true;
      }
      var one = running.get(operation.id());
      if (one != null) follow(one, operation);
    }
    if (work && claiming) ledger.nudge();
  }

  /** Cancellation and time-outs reach an attempt through the log. */
  private void follow(Running one, Operation operation) {
    boolean ours =
        operation.moment().epoch() == one.attempt().epoch()
            && operation.state().heldBy() != null;
    if (ours && operation.state() instanceof State.Running) return;
    if (isCompletedBy(one, operation)) return;
    one.attempt().cancel();
    if (!ours && one.detached().get()) leave(one);
  }

  /** A blocking handler completed it in its own transaction and is about to return: nothing to interrupt. */
  private static boolean isCompletedBy(Running one, Operation operation) {
    return operation.state() instanceof State.Succeeded
        && operation.moment().epoch() == one.attempt().epoch()
        && one.type().handler() instanceof Handler.Blocking
        && !one.detached().get();
  }

  /** Frees the slot of an attempt that ended elsewhere. */
  private void leave(Running one) {
    if (!one.endsNow()) return;
    running.remove(one.attempt().operationId(), one);
    free(one.slots());
    hooks.execute(this::signalEnd);
  }

  // ---- chores

  /** Records what attempts have told. */
  int flush(Instant now) {
    running.values().forEach(one -> one.attempt().flush());
    return 0;
  }

  /** Records what could not be recorded before. */
  int record(Instant now) {
    unrecorded.retry();
    return 0;
  }

  /** Others may have left work: asks for it with the next batch, if there is a free slot. */
  void lookForWork() {
    look(_ -> true);
  }

  /** The lease is renewed: if it was over meanwhile, claims came back with nothing, whatever there was. */
  void leaseIsRenewed() {
    if (!refused) return;
    refused = false;
    lookForWork();
  }

  /** Besides ready work, others may have left room under the cluster's limit of a queue. */
  void othersHaveCommitted(boolean readyWork) {
    look(queue -> readyWork || queue.isAtLimit());
  }

  private void look(Predicate<Slots> into) {
    if (!claiming) return;
    boolean free = false;
    for (var queue : slots.values()) if (into.test(queue)) free |= queue.look();
    if (free) ledger.nudge();
  }

  /** The virtual threads that run handlers now. */
  Stream<HogDetector.Suspect> onVirtualThreads() {
    return running.values().stream()
        .mapMulti(
            (one, out) -> {
              var thread = one.attempt().thread();
              if (thread != null && thread.isVirtual()) out.accept(new HogDetector.Suspect(one.type().name(), thread));
            });
  }

  /** How each queue's slots are used. */
  List<Slots.Use> slots() {
    return slots.values().stream().map(Slots::use).toList();
  }

  /** How many attempts are under way. */
  int underWay() {
    return running.size();
  }

  // ---- drain

  /** Starts nothing more. */
  void stopClaiming() {
    claiming = false;
  }

  /** Waits for the attempts that run here to end, at most this long; true if all have. */
  boolean awaitEnds(Duration grace) {
    long left = grace.toNanos();
    lock.lock();
    try {
      while (running.values().stream().anyMatch(one -> !one.detached().get())) {
        if (left <= 0) return false;
        left = ended.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Gives back what is still under way, at no attempt's cost; what may run only once is lost. */
  void giveBack() {
    for (var one : List.copyOf(running.values())) {
      var attempt = one.attempt();
      if (one.detached().get()) continue; // The target works on; a call back finds the next process.
      if (!one.endsNow()) continue;
      running.remove(attempt.operationId(), one);
      attempt.finish();
      unrecorded.hand(
          attempt.operation().submission().promise().atMostOnce()
              ? new Command.Fail(
                  attempt.operationId(), attempt.epoch(), FailureCode.WORKER_LOST.because("The server stopped."), true, null)
              : new Command.Release(attempt.operationId(), attempt.epoch(), Duration.ZERO));
      attempt.cancel();
    }
  }

  void close() {
    slots.values().forEach(Slots::close);
  }

  private void signalEnd() {
    lock.lock();
    try {
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
