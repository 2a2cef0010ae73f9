package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The life cycle: pure, total, one switch. Sees what earlier commands of the same batch decided, and
 * nothing else: no clock, no chance but the dice it is given, no database.
 */
final class Rules {
  /** How long a deleted or expired operation still answers 410: the contract says at least 7 days. */
  static final Duration TOMBSTONE_KEPT = Duration.ofDays(7);

  /** How soon to look again at a key whose operation still stands but has no end in sight. */
  private static final Duration KEY_RECHECK = Duration.ofHours(1);

  private static final Outcome TOO_LATE =
      new Outcome.Refused(Outcome.Refusal.OVERLOADED, Duration.ofSeconds(1));

  private static final Failure STALE_RESULT =
      FailureCode.HANDLER_FAILED.because("The result was stored hours before the attempt ended.");

  private static final Failure NOT_COMPLETED =
      FailureCode.HANDLER_FAILED.because(
          "The handler says that it completed the operation in its own transaction, which has not committed.");

  /** Instead of a fingerprint: the key alone is compared. */
  private static final byte[] ANY_REQUEST = {};

  private Rules() {}

  /**
   * The end that an application recorded in a transaction of its own. It goes before whatever the batch brings for
   * the operation: what was committed beside the application's data is never decided otherwise.
   */
  static Decision decide(Row.Completion done, Rows rows, Instant now, RandomGenerator dice, Ranks ranks) {
    var draft = new Draft(rows, now, dice, ranks);
    var call = new Command.Complete(done.key().operation(), done.epoch(), done.result());
    var decision = ofAttempt(call, draft);
    return new Decision(
        decision.outcome(), decision.saved(), List.of(done.key()), decision.entries(), decision.trimBefore());
  }

  static Decision decide(Command command, Rows rows, Instant now, RandomGenerator dice, Ranks ranks) {
    var draft = new Draft(rows, now, dice, ranks);
    return switch (command) {
      case Command.Submit submit -> submit(submit, draft);
      case Command.TakeOver(var submit, var failure) -> takeOver(submit, failure, draft);
      case Command.Recall recall -> recall(recall, draft);
      case Command.Claim claim -> claim(claim, draft);
      case Command.OfAttempt call -> ofAttempt(call, draft);
      case Command.Signal signal -> signal(signal, draft);
      case Command.Cancel cancel -> cancel(cancel, draft);
      case Command.Delete delete -> delete(delete, draft);
      case Command.Look look -> look(look, draft);
      case Command.Lost lost -> lost(lost, draft);
      case Command.Forget forget -> forget(forget, draft);
      case Command.Trim(var before) -> draft.trim(before).decided(new Outcome.Written(0));
      case Command.Renew(var owner, var lease) ->
          draft.save(new Row.Owner(new Key.Owner(owner), now.plus(lease))).decided(new Outcome.Written(0));
      case Command.Put put -> put(put, draft);
    };
  }

  // ---- new work

  private static Decision submit(Command.Submit submit, Draft draft) {
    var key = submit.key();
    if (key != null) {
      var known = known(key, submit.fingerprint(), draft);
      if (known.isPresent()) return Decision.only(known.get());
    }
    var what = submit.submission();
    requireOwn(what.input(), what.tenant());
    // A retry names its original's parent, which may have expired since.
    boolean orphaned = what.parent() != null && ofTenant(what.tenant(), what.parent(), draft).isEmpty();
    if (orphaned && what.retryOf() == null) {
      return Decision.only(new Outcome.NoSuchParent());
    }
    if (what.retryOf() != null) {
      var old = ofTenant(what.tenant(), what.retryOf(), draft);
      if (old.isEmpty()) return Decision.only(absent(what.tenant(), what.retryOf(), draft));
      if (!old.get().done()) return Decision.only(new Outcome.NotDone(old.get()));
      // The old one's input is referred to already, under the lock that is held on it.
      if (!isShared(what.input(), old.get()) && isStale(what.input(), draft)) return Decision.only(TOO_LATE);
      draft.save(Lives.retriedAs(old.get(), submit.id(), draft.now));
    } else if (isStale(what.input(), draft)) {
      return Decision.only(TOO_LATE);
    }
    var operation = draft.accept(submit.id(), what);
    if (key != null) {
      draft.save(new Row.Idem(key, submit.fingerprint(), submit.id(), draft.now.plus(what.promise().keepKey())));
    }
    return draft.decided(new Outcome.Accepted(operation));
  }

  /** Whatever is wrong with it, its application has committed: so it becomes an operation, if only a failed one. */
  private static Decision takeOver(Command.Submit submit, @Nullable Failure failure, Draft draft) {
    var handed = new Key.HandedOver(submit.id());
    if (!draft.rows.isHandedOver(handed)) return Decision.only(new Outcome.Unknown());
    draft.remove(handed);
    var what = submit.submission();
    var key = submit.key();
    var known = key == null ? Optional.<Outcome>empty() : known(key, ANY_REQUEST, draft);
    if (known.isPresent()) {
      if (known.get() instanceof Outcome.Seen(var meant)) draft.alias(submit.id(), meant);
      else draft.save(new Row.Tombstone(submit.id(), what.tenant(), draft.now.plus(TOMBSTONE_KEPT)));
      return draft.decided(known.get());
    }
    var operation = draft.accept(submit.id(), what);
    if (failure != null) return draft.fail(operation, failure, Promise.DeadLetter.TIMED_OUT).moved();
    if (key != null) {
      draft.save(new Row.Idem(key, ANY_REQUEST, submit.id(), draft.now.plus(what.promise().keepKey())));
    }
    return draft.decided(new Outcome.Accepted(operation));
  }

  private static Decision recall(Command.Recall recall, Draft draft) {
    return Decision.only(known(recall.key(), recall.fingerprint(), draft).orElseGet(Outcome.Unknown::new));
  }

  /** What a known key answers; empty when it is new, or its life is over, so that it counts as new. */
  private static Optional<Outcome> known(Key.Idem key, byte[] fingerprint, Draft draft) {
    var found = draft.rows.idem(key);
    if (found.isEmpty()) return Optional.empty();
    var row = found.get();
    var operation = draft.rows.operation(row.operation());
    if (operation.isEmpty() && !row.until().isAfter(draft.now)) return Optional.empty();
    boolean any = row.fingerprint().length == 0 || fingerprint.length == 0;
    if (!any && !Arrays.equals(row.fingerprint(), fingerprint)) return Optional.of(new Outcome.KeyReused());
    return Optional.of(operation.<Outcome>map(Outcome.Seen::new).orElseGet(Outcome.Gone::new));
  }

  // ---- attempts

  private static Decision claim(Command.Claim claim, Draft draft) {
    var owner = draft.rows.owner(claim.owner());
    if (owner.isEmpty() || !owner.get().leaseUntil().isAfter(draft.now)) return Decision.only(new Outcome.Stale());

    var started =
        draft.rows.ready(claim.queue(), claim.slots()).stream()
            // What came too late is left to the chore that ends it.
            .filter(operation -> !isPast(operation.startBy(), draft) && !isPast(operation.deadlineAt(), draft))
            .map(operation -> draft.start(operation, claim.owner()))
            .toList();
    return draft.decided(new Outcome.Claimed(started));
  }

  private static Decision ofAttempt(Command.OfAttempt call, Draft draft) {
    var found = draft.rows.operation(call.operation());
    if (found.isEmpty() || found.get().moment().epoch() != call.epoch()) return Decision.only(new Outcome.Stale());

    var operation = found.get();
    return switch (operation.state()) {
      case State.Running running -> running(call, operation, running, draft);
      case State.Canceling canceling -> canceling(call, operation, canceling, draft);
      case State.Scheduled _, State.Blocked _, State.Queued _, State.Waiting _, State.Succeeded _, State.Failed _,
          State.Canceled _ ->
          Decision.only(isRepeat(call, operation) ? new Outcome.Unchanged(operation) : new Outcome.Stale());
    };
  }

  private static Decision running(
      Command.OfAttempt call, Operation operation, State.Running running, Draft draft) {
    return switch (call) {
      case Command.Complete(_, _, var result) -> {
        requireOwn(result, operation.submission().tenant());
        yield isStale(result, draft)
            ? failed(operation, STALE_RESULT, true, null, draft)
            : draft.end(operation, new State.Succeeded(result)).moved();
      }
      case Command.Confirm _ -> failed(operation, NOT_COMPLETED, true, null, draft);
      case Command.Fail(_, _, var failure, var retry, var retryAfter) ->
          failed(operation, failure, retry, retryAfter, draft);
      case Command.Release(_, _, var pause) -> draft.release(operation, pause).moved();
      case Command.Detach _ ->
          draft.inner(operation, new State.Running(0, running.endsAt(), running.silentAt())).moved();
      case Command.Report(_, _, var progress) ->
          draft
              .report(operation, new State.Running(running.owner(), running.endsAt(), draft.silentAt(operation)), progress)
              .moved();
      case Command.Append append -> draft.append(operation, append).moved();
      case Command.Suspend(_, _, var until) -> draft.suspend(operation, until).moved();
    };
  }

  /** Cancel was asked: a result is still recorded, because the work was done; anything else ends it. */
  private static Decision canceling(
      Command.OfAttempt call, Operation operation, State.Canceling canceling, Draft draft) {
    return switch (call) {
      case Command.Complete(_, _, var result) -> {
        requireOwn(result, operation.submission().tenant());
        State.Final end = isStale(result, draft) ? canceled(canceling) : new State.Succeeded(result);
        yield draft.end(operation, end).moved();
      }
      case Command.Confirm _, Command.Fail _, Command.Release _, Command.Suspend _ ->
          draft.end(operation, canceled(canceling)).moved();
      case Command.Detach _ ->
          draft
              .inner(operation, new State.Canceling(0, canceling.endsAt(), canceling.silentAt(), canceling.reason()))
              .moved();
      case Command.Report(_, _, var progress) -> {
        var alive =
            new State.Canceling(canceling.owner(), canceling.endsAt(), draft.silentAt(operation), canceling.reason());
        yield draft.report(operation, alive, progress).moved();
      }
      case Command.Append append -> draft.append(operation, append).moved();
    };
  }

  /** Whether an attempt that has ended is told its end a second time. */
  private static boolean isRepeat(Command.OfAttempt call, Operation operation) {
    return switch (call) {
      case Command.Complete(_, _, var result) ->
          operation.state() instanceof State.Succeeded(var recorded) && same(result, recorded);
      case Command.Confirm _ -> operation.state() instanceof State.Succeeded;
      case Command.Fail(_, _, var failure, _, _) ->
          operation.state() instanceof State.Canceled || failure.equals(operation.moment().lastError());
      case Command.Release _, Command.Detach _, Command.Report _, Command.Append _, Command.Suspend _ -> false;
    };
  }

  private static boolean same(@Nullable Payload a, @Nullable Payload b) {
    return a == null ? b == null : b != null && a.sameAs(b);
  }

  private static Decision failed(
      Operation operation, Failure failure, boolean retry, @Nullable Duration retryAfter, Draft draft) {
    var promise = operation.submission().promise();
    int attempt = operation.moment().attempt();
    if (!retry) return draft.fail(operation, failure, Promise.DeadLetter.REJECTED).moved();
    if (attempt >= promise.maxAttempts()) {
      return draft.fail(operation, failure, Promise.DeadLetter.EXHAUSTED).moved();
    }
    var pause = retryAfter != null ? retryAfter : promise.backoff().after(attempt, draft.dice.nextDouble());
    return draft.putOff(operation, pause, failure).moved();
  }

  // ---- from outside

  private static Decision signal(Command.Signal signal, Draft draft) {
    var found = ofTenant(signal.tenant(), signal.operation(), draft);
    if (found.isEmpty()) return Decision.only(absent(signal.tenant(), signal.operation(), draft));
    boolean wanted =
        found.get().state() instanceof State.Waiting(var until)
            && until.contains(new Wait.ForSignal(signal.name()));
    return wanted ? draft.wake(found.get()).moved() : Decision.only(new Outcome.Unchanged(found.get()));
  }

  private static Decision cancel(Command.Cancel cancel, Draft draft) {
    var found = ofTenant(cancel.tenant(), cancel.operation(), draft);
    if (found.isEmpty()) return Decision.only(absent(cancel.tenant(), cancel.operation(), draft));
    var operation = found.get();
    if (differs(cancel.ifRevision(), operation)) return Decision.only(new Outcome.PreconditionFailed());
    if (!operation.done() && !operation.submission().promise().cancelable()) {
      return Decision.only(new Outcome.NotCancelable(operation));
    }
    return switch (operation.state()) {
      case State.Scheduled _, State.Blocked _, State.Queued _, State.Waiting _ ->
          draft.end(operation, new State.Canceled(cancel.reason())).moved();
      case State.Running(var owner, var endsAt, var silentAt) ->
          draft.cancelAsked(operation, new State.Canceling(owner, endsAt, silentAt, cancel.reason())).moved();
      case State.Canceling _, State.Succeeded _, State.Failed _, State.Canceled _ ->
          Decision.only(new Outcome.Unchanged(operation));
    };
  }

  private static Decision delete(Command.Delete delete, Draft draft) {
    var found = ofTenant(delete.tenant(), delete.operation(), draft);
    if (found.isEmpty()) return Decision.only(absent(delete.tenant(), delete.operation(), draft));
    if (differs(delete.ifRevision(), found.get())) return Decision.only(new Outcome.PreconditionFailed());
    if (!found.get().done()) return Decision.only(new Outcome.NotDone(found.get()));
    return draft.bury(found.get()).decided(new Outcome.Gone());
  }

  private static boolean differs(@Nullable Long wanted, Operation operation) {
    return wanted != null && wanted != operation.revision();
  }

  // ---- nominated by chores: decided again under the lock

  private static Decision look(Command.Look look, Draft draft) {
    var tombstone = draft.rows.tombstone(look.operation());
    if (tombstone.isPresent() && isPast(tombstone.get().until(), draft)) {
      return draft.remove(look.operation()).decided(new Outcome.Gone());
    }
    var found = draft.rows.operation(look.operation());
    if (found.isEmpty()) return Decision.only(new Outcome.Unknown());
    var operation = found.get();
    var nothing = Decision.only(new Outcome.Unchanged(operation));

    return switch (operation.state()) {
      case State.Scheduled(var until) -> {
        if (tooLate(operation, draft) instanceof Failure late) yield timedOut(operation, late, draft);
        yield isPast(until, draft) ? draft.ready(operation).moved() : nothing;
      }
      case State.Blocked _, State.Queued _ -> {
        if (tooLate(operation, draft) instanceof Failure late) yield timedOut(operation, late, draft);
        yield nothing;
      }
      case State.Waiting(var until) -> {
        if (tooLate(operation, draft) instanceof Failure late) yield timedOut(operation, late, draft);
        boolean timer = until.stream().anyMatch(wait -> wait instanceof Wait.ForTime(var at) && isPast(at, draft));
        yield timer ? draft.wake(operation).moved() : nothing;
      }
      case State.Running(_, var endsAt, var silentAt) -> {
        if (tooLate(operation, draft) instanceof Failure late) yield timedOut(operation, late, draft);
        if (isPast(endsAt, draft)) yield failed(operation, attemptTimedOut(operation), true, null, draft);
        if (isPast(silentAt, draft)) yield failed(operation, silent(operation), true, null, draft);
        yield nothing;
      }
      case State.Canceling canceling -> {
        boolean over =
            isPast(canceling.endsAt(), draft)
                || isPast(canceling.silentAt(), draft)
                || isPast(operation.deadlineAt(), draft);
        yield over ? draft.end(operation, canceled(canceling)).moved() : nothing;
      }
      case State.Succeeded _, State.Failed _, State.Canceled _ -> {
        if (isPast(operation.expiresAt(), draft)) yield draft.bury(operation).decided(new Outcome.Gone());
        boolean resultOver = !operation.resultGone() && isPast(operation.resultExpiresAt(), draft);
        yield resultOver ? draft.save(Lives.withoutResult(operation, draft.now)).moved() : nothing;
      }
    };
  }

  private static Decision lost(Command.Lost lost, Draft draft) {
    var found = draft.rows.operation(lost.operation());
    if (found.isEmpty()) return Decision.only(new Outcome.Unknown());
    var operation = found.get();
    var holder = operation.state().heldBy();
    boolean alive = draft.rows.owner(lost.owner()).filter(row -> row.leaseUntil().isAfter(draft.now)).isPresent();
    if (alive || holder == null || holder != lost.owner()) return Decision.only(new Outcome.Unchanged(operation));

    if (operation.state() instanceof State.Canceling canceling) {
      return draft.end(operation, canceled(canceling)).moved();
    }
    var failure = FailureCode.WORKER_LOST.because("The process that ran the attempt stopped or lost its lease.");
    // The crash cost its attempt; the next one need not wait, because nobody said that the work is at fault.
    return operation.moment().attempt() >= operation.submission().promise().maxAttempts()
        ? draft.fail(operation, failure, Promise.DeadLetter.EXHAUSTED).moved()
        : draft.requeue(operation, failure).moved();
  }

  private static Decision forget(Command.Forget forget, Draft draft) {
    var found = draft.rows.idem(forget.key());
    if (found.isEmpty() || !isPast(found.get().until(), draft)) return Decision.only(new Outcome.Unknown());
    var row = found.get();
    var operation = draft.rows.operation(row.operation());
    if (operation.isEmpty()) return draft.remove(row.key()).decided(new Outcome.Written(0));

    var end = operation.get().expiresAt();
    var recheck = draft.now.plus(KEY_RECHECK);
    var until = end != null && end.isAfter(recheck) ? end : recheck;
    return draft.save(new Row.Idem(row.key(), row.fingerprint(), row.operation(), until)).decided(new Outcome.Written(0));
  }

  // ---- documents

  private static Decision put(Command.Put put, Draft draft) {
    long version = draft.rows.doc(put.doc()).map(Row.Doc::version).orElse(0L);
    if (version != put.ifVersion()) return Decision.only(new Outcome.PreconditionFailed());
    var body = put.body();
    if (body == null) return draft.remove(put.doc()).decided(new Outcome.Written(0));
    return draft.save(new Row.Doc(put.doc(), version + 1, body)).decided(new Outcome.Written(version + 1));
  }

  // ---- blobs

  /** A blob is one tenant's: a command that says otherwise is wrong, and fails alone. */
  private static void requireOwn(@Nullable Payload payload, int tenant) {
    if (payload instanceof Payload.Blob blob && blob.id().tenant() != tenant) {
      throw new IllegalArgumentException("a blob of another tenant");
    }
  }

  /** Whether a blob was stored so long ago that it may be swept before anything refers to it. */
  private static boolean isStale(@Nullable Payload payload, Draft draft) {
    return payload instanceof Payload.Blob blob
        && blob.storedAt().plus(Payload.Blob.REFERRED_WITHIN).isBefore(draft.now);
  }

  private static boolean isShared(@Nullable Payload payload, Operation with) {
    return payload instanceof Payload.Blob blob
        && with.submission().input() instanceof Payload.Blob old
        && old.id().equals(blob.id());
  }

  // ---- small judgements

  private static Optional<Operation> ofTenant(int tenant, OperationId id, Draft draft) {
    return draft.rows.operation(id).filter(operation -> operation.submission().tenant() == tenant);
  }

  /** Another tenant's operation answers exactly as one that never was. */
  private static Outcome absent(int tenant, OperationId id, Draft draft) {
    boolean buried = draft.rows.tombstone(id).filter(stone -> stone.tenant() == tenant).isPresent();
    return buried ? new Outcome.Gone() : new Outcome.Unknown();
  }

  private static boolean isPast(@Nullable Instant moment, Draft draft) {
    return moment != null && !moment.isAfter(draft.now);
  }

  /** Why the operation as a whole is over by now, or null. */
  private static @Nullable Failure tooLate(Operation operation, Draft draft) {
    if (isPast(operation.deadlineAt(), draft)) {
      return FailureCode.DEADLINE_EXCEEDED.because("The operation did not finish by its deadline.");
    }
    if (isPast(operation.startBy(), draft)) {
      return FailureCode.EXPIRED.because("The operation was not started by the time that it had to be.");
    }
    return null;
  }

  private static Decision timedOut(Operation operation, Failure why, Draft draft) {
    return draft.fail(operation, why, Promise.DeadLetter.TIMED_OUT).moved();
  }

  private static Failure attemptTimedOut(Operation operation) {
    long seconds = operation.submission().promise().attemptTimeout().toSeconds();
    return FailureCode.TARGET_TIMEOUT.because("The attempt did not finish within " + seconds + " s.");
  }

  private static Failure silent(Operation operation) {
    var limit = operation.submission().promise().heartbeatTimeout();
    return FailureCode.WORKER_LOST.because(
        "The attempt gave no sign of life for " + (limit == null ? 0 : limit.toSeconds()) + " s.");
  }

  private static State.Canceled canceled(State.Canceling canceling) {
    return new State.Canceled(canceling.reason());
  }

  private static List<Key> keys(Command.Submit submit) {
    var keys = new ArrayList<Key>(4);
    if (submit.key() != null) keys.add(submit.key());
    var what = submit.submission();
    if (what.laneKey() != null) keys.add(what.laneKey());
    if (what.parent() != null) keys.add(what.parent());
    if (what.retryOf() != null) keys.add(what.retryOf());
    return keys;
  }

  /** The keys that a command may touch besides those that its operations' places name. */
  static List<Key> keys(Command command) {
    return switch (command) {
      case Command.Submit submit -> keys(submit);
      case Command.TakeOver(var submit, _) -> {
        var keys = keys(submit);
        keys.add(new Key.HandedOver(submit.id()));
        yield keys;
      }
      case Command.Recall recall -> List.of(recall.key());
      case Command.Claim claim -> List.of(new Key.Owner(claim.owner()));
      case Command.Suspend suspend -> {
        var keys = new ArrayList<Key>();
        keys.add(suspend.operation());
        for (var wait : suspend.until()) if (wait instanceof Wait.ForEnd(var child)) keys.add(child);
        yield keys;
      }
      case Command.OfAttempt call -> List.of(call.operation());
      case Command.Signal signal -> List.of(signal.operation());
      case Command.Cancel cancel -> List.of(cancel.operation());
      case Command.Delete delete -> List.of(delete.operation());
      case Command.Look look -> List.of(look.operation());
      case Command.Lost lost -> List.of(new Key.Owner(lost.owner()), lost.operation());
      case Command.Forget forget -> List.of(forget.key());
      case Command.Trim _ -> List.of();
      case Command.Renew renew -> List.of(new Key.Owner(renew.owner()));
      case Command.Put put -> List.of(put.doc());
    };
  }
}
