package dev.raincheck.operation;

import dev.raincheck.blob.Blobs;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.ledger.Submission;
import dev.raincheck.pace.Ids;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The door to operations: submit, read, list, wait, cancel, retry, delete. What changes something answers by
 * a future, after its commit; the future fails with a {@link StoreException} when the outcome is unknown.
 * What reads waits for the store.
 */
public final class Operations {
  private static final Duration RETRY_WHEN_DEEP = Duration.ofSeconds(5);

  private final Types types;
  private final Ledger ledger;
  private final Store store;
  private final Blobs blobs;
  private final Ids ids;
  private final Depths depths;
  private final Waits waits;
  private final Handover handover;
  private final Runnable lookAtHandedOver;
  private final Executor threads = task -> Thread.ofVirtual().name("handed over").start(task);

  Operations(
      Types types,
      Ledger ledger,
      Store store,
      Blobs blobs,
      Ids ids,
      Depths depths,
      Waits waits,
      Handover handover,
      Runnable lookAtHandedOver) {
    this.types = types;
    this.ledger = ledger;
    this.store = store;
    this.blobs = blobs;
    this.ids = ids;
    this.depths = depths;
    this.waits = waits;
    this.handover = handover;
    this.lookAtHandedOver = lookAtHandedOver;
  }

  public Types types() {
    return types;
  }

  public Blobs blobs() {
    return blobs;
  }

  public Waits waits() {
    return waits;
  }

  // ---- new work

  /**
   * Accepts work, durably and once.
   *
   * @throws IllegalArgumentException if the type is not declared
   */
  public CompletableFuture<Submitted> submit(NewOperation what) {
    return submit(what, ids.next());
  }

  /**
   * Accepts work, and begins to wait for its end before that can be: so no end is missed, and nothing need
   * be read. The wait is for nothing unless the answer is {@link Submitted.Accepted}.
   *
   * @throws IllegalArgumentException if the type is not declared
   */
  public Watched submitAndWatch(NewOperation what) {
    var id = ids.next();
    var end = waits.until(id, Operation::done);
    try {
      return new Watched(submit(what, id), end);
    } catch (RuntimeException e) {
      end.close();
      throw e;
    }
  }

  /**
   * Work on its way.
   *
   * @param end to be closed by whoever got it; null if nobody waits for it
   */
  public record Watched(CompletableFuture<Submitted> submitted, Waits.@Nullable Waiter end) {
    /** Nobody waits any more. */
    public void stopWaiting() {
      if (end != null) end.close();
    }
  }

  private CompletableFuture<Submitted> submit(NewOperation what, OperationId id) {
    var type = type(what.type());
    if (tooDeep(type)) {
      discard(what.input());
      return refused();
    }
    var parent = what.parent() == null ? null : read(what.tenant(), what.parent());
    if (what.parent() != null && parent == null) {
      discard(what.input());
      return CompletableFuture.completedFuture(new Submitted.NoSuchParent());
    }
    String correlation = what.correlationId();
    if (correlation == null && parent != null) correlation = parent.correlationId();
    var submission =
        new Submission(
            what.tenant(), type.name(), type.queue(), what.lane(), 1, type.priority(), what.runAt(), what.startBy(),
            what.deadline(), payload(what.input()), what.metadata(), what.tags(), correlation,
            parent == null ? null : parent.id().text(), what.traceparent(), what.key(), what.parent(), null,
            type.promise());
    var key = what.key() == null ? null : new Key.Idem(what.tenant(), type.name(), what.key());
    return hand(id, submission, key, what.fingerprint());
  }

  /** Does a finished operation's work again, as a new operation that points back. */
  public CompletableFuture<Submitted> retry(int tenant, OperationId id, Retry how) {
    return switch (find(tenant, id)) {
      case Reader.Found.Here(var old) -> retry(tenant, old, how);
      case Reader.Found.Gone() -> CompletableFuture.completedFuture(new Submitted.Gone());
      case Reader.Found.Nothing() -> CompletableFuture.completedFuture(new Submitted.Unknown());
    };
  }

  private CompletableFuture<Submitted> retry(int tenant, Operation old, Retry how) {
    var id = old.id();
    var was = old.submission();
    var type = types.find(was.type());
    if (type.isPresent() && tooDeep(type.get())) return refused();
    var input = how.input() == null ? whole(old, Payload.Part.INPUT, was.input()) : payload(how.input());
    // A type that is no longer declared keeps what it promised; a declared one promises what it does now.
    var submission =
        new Submission(
            tenant, was.type(), type.map(OperationType::queue).orElse(was.queue()), was.lane(), was.laneLimit(),
            type.map(OperationType::priority).orElse(was.priority()), how.runAt(), null, how.deadline(), input,
            was.metadata(), was.tags(), old.correlationId(), id.text(),
            how.traceparent() != null ? how.traceparent() : was.traceparent(), how.key(), was.parent(), id,
            type.map(OperationType::promise).orElse(was.promise()));
    var key = how.key() == null ? null : new Key.Idem(tenant, retryScope(id), how.key());
    return hand(ids.next(), submission, key, how.fingerprint());
  }

  /**
   * What a submit with this key would find, without being one: for requests that are refused for another
   * reason, unless they repeat an earlier one. {@link Submitted.Unknown} if the key is new.
   *
   * @param scope the type, or {@link #retryScope} of what is retried
   */
  public CompletableFuture<Submitted> recall(int tenant, String scope, String key, byte[] fingerprint) {
    return ledger
        .hand(new Command.Recall(new Key.Idem(tenant, scope, key), fingerprint))
        .thenApply(Operations::submitted);
  }

  /** The scope of keys with which an operation is retried. */
  public static String retryScope(OperationId id) {
    return "retry:" + id.text();
  }

  private CompletableFuture<Submitted> hand(
      OperationId id, Submission what, Key.@Nullable Idem key, byte[] fingerprint) {
    var input = what.input();
    return ledger
        .hand(new Command.Submit(id, what, key, fingerprint))
        .whenComplete((outcome, unknown) -> settleInput(input, outcome))
        .thenApply(Operations::submitted);
  }

  /** An input that no new operation took, as when a key comes again, is not kept. */
  private void settleInput(@Nullable Payload input, @Nullable Outcome outcome) {
    if (outcome == null) blobs.leave(input);
    else blobs.settle(input, Outcome.inputOf(outcome));
  }

  /** Gives up an input that will not be submitted after all. */
  public void discard(@Nullable Input input) {
    if (input != null) blobs.settle(input.payload(), null);
  }

  private static Submitted submitted(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Accepted(var operation) -> new Submitted.Accepted(operation);
      case Outcome.Seen(var operation) -> new Submitted.Replayed(operation);
      case Outcome.KeyReused() -> new Submitted.KeyReused();
      case Outcome.Gone() -> new Submitted.Gone();
      case Outcome.Unknown() -> new Submitted.Unknown();
      case Outcome.NoSuchParent() -> new Submitted.NoSuchParent();
      case Outcome.NotDone(var operation) -> new Submitted.NotDone(operation);
      case Outcome.Refused(var why, var after) -> new Submitted.Refused(why, after);
      case Outcome.Poisoned _ -> new Submitted.Poisoned();
      case Outcome.Claimed _, Outcome.Moved _, Outcome.Unchanged _, Outcome.Stale _, Outcome.NotCancelable _,
          Outcome.PreconditionFailed _, Outcome.Written _ -> throw unexpected(outcome);
    };
  }

  private boolean tooDeep(OperationType type) {
    return depths.of(type.queue()) >= type.depthMax();
  }

  private static CompletableFuture<Submitted> refused() {
    return CompletableFuture.completedFuture(
        new Submitted.Refused(Outcome.Refusal.TOO_DEEP, RETRY_WHEN_DEEP));
  }

  private OperationType type(String name) {
    return types
        .find(name)
        .orElseThrow(() -> new IllegalArgumentException("no operation type '" + name + "' is declared"));
  }

  // ---- reading

  /**
   * One operation, what is left of it, or nothing. What an application has handed over in a committed transaction
   * is found at once: it becomes an operation on the way, if it has not yet.
   */
  public Reader.Found find(int tenant, OperationId id) {
    return handover.find(tenant, id);
  }

  /**
   * There may be work, or ends of operations, that an application has just handed over in a transaction. Nothing
   * depends on this but the time until they are found. Never waits.
   */
  public void lookAtHandedOver() {
    lookAtHandedOver.run();
  }

  public Reader.Page list(Reader.Filter filter, Reader.@Nullable Position after, int limit) {
    return store.read(reader -> reader.list(filter, after, limit));
  }

  /** The bytes of an operation's input; empty if it has none or they are gone. */
  public Optional<byte[]> input(Operation operation) {
    return bytes(operation, Payload.Part.INPUT, operation.submission().input());
  }

  /** The bytes of a payload of an operation's; empty if they are gone. */
  public Optional<byte[]> bytes(Operation operation, Payload.Part part, @Nullable Payload payload) {
    if (payload == null) return Optional.empty();
    return switch (payload) {
      case Payload.Inline(var bytes, _) -> Optional.of(bytes);
      case Payload.Apart _ -> store.read(reader -> reader.payload(operation.id(), part));
      case Payload.Blob blob -> {
        try (var in = blobs.open(blob, 0)) {
          yield Optional.of(in.readAllBytes());
        } catch (FileNotFoundException gone) {
          yield Optional.empty();
        } catch (IOException e) {
          throw new StoreException("a blob cannot be read", e);
        }
      }
    };
  }

  /** How many would start before this one, counted up to a limit. */
  public int ahead(Operation operation, int atMost) {
    return store.read(reader -> reader.ahead(operation, atMost));
  }

  /** Log and output of an operation. */
  public List<Row.Chunk> chunks(OperationId id, int afterVersion, int atMost) {
    return store.read(reader -> reader.chunks(id, afterVersion, atMost));
  }

  private @Nullable Operation read(int tenant, OperationId id) {
    return find(tenant, id) instanceof Reader.Found.Here(var operation) ? operation : null;
  }

  private static @Nullable Payload payload(@Nullable Input input) {
    return input == null ? null : input.payload();
  }

  private @Nullable Payload whole(Operation operation, Payload.Part part, @Nullable Payload payload) {
    // A retry shares a blob: each operation refers to it, and it goes with the last.
    if (payload == null || payload instanceof Payload.Blob) return payload;
    return bytes(operation, part, payload)
        .<Payload>map(bytes -> new Payload.Inline(bytes, payload.mediaType()))
        .orElse(null);
  }

  // ---- changing

  /**
   * Ends an operation, or asks its attempt to.
   *
   * @param ifRevision the revision that it must have, or null
   */
  public CompletableFuture<Changed> cancel(
      int tenant, OperationId id, @Nullable String reason, @Nullable Long ifRevision) {
    return changed(tenant, id, new Command.Cancel(tenant, id, reason, ifRevision));
  }

  /** Purges a finished operation. */
  public CompletableFuture<Changed> delete(int tenant, OperationId id, @Nullable Long ifRevision) {
    return changed(tenant, id, new Command.Delete(tenant, id, ifRevision));
  }

  private CompletableFuture<Changed> changed(Command command) {
    return ledger.hand(command).thenApply(Operations::changed);
  }

  /** What is only handed over yet becomes an operation first, so that it can be changed. */
  private CompletableFuture<Changed> changed(int tenant, OperationId id, Command command) {
    return changed(command)
        .thenCompose(
            changed ->
                changed instanceof Changed.Unknown && store.shared().isPresent()
                    ? CompletableFuture.supplyAsync(() -> handover.find(tenant, id), threads)
                        .thenCompose(
                            found -> found instanceof Reader.Found.Here ? changed(command) : done(changed))
                    : done(changed));
  }

  private static CompletableFuture<Changed> done(Changed changed) {
    return CompletableFuture.completedFuture(changed);
  }

  private static Changed changed(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Moved(var operation) -> new Changed.Moved(operation);
      case Outcome.Unchanged(var operation) -> new Changed.Unchanged(operation);
      case Outcome.Gone() -> new Changed.Gone();
      case Outcome.Unknown() -> new Changed.Unknown();
      case Outcome.PreconditionFailed() -> new Changed.PreconditionFailed();
      case Outcome.NotCancelable(var operation) -> new Changed.NotCancelable(operation);
      case Outcome.NotDone(var operation) -> new Changed.NotDone(operation);
      case Outcome.Refused(_, var after) -> new Changed.Refused(after);
      case Outcome.Accepted _, Outcome.Seen _, Outcome.KeyReused _, Outcome.Claimed _, Outcome.Stale _,
          Outcome.NoSuchParent _, Outcome.Poisoned _, Outcome.Written _ -> throw unexpected(outcome);
    };
  }

  // ---- calls about attempts, from a target that calls back

  /** Records a result. The same again is recorded, too; another one is stale. */
  public CompletableFuture<Told> complete(OperationId id, long epoch, @Nullable Input result) {
    var made = payload(result);
    return ledger
        .hand(new Command.Complete(id, epoch, made))
        .whenComplete(
            (outcome, unknown) -> {
              if (outcome == null) blobs.leave(made);
              else blobs.settle(made, Outcome.resultOf(outcome));
            })
        .thenApply(Operations::told);
  }

  public CompletableFuture<Told> fail(OperationId id, long epoch, Failure failure, boolean retry) {
    return told(new Command.Fail(id, epoch, failure, retry, null));
  }

  /** Progress, and a sign of life. The answer says whether cancellation was asked. */
  public CompletableFuture<Told> report(OperationId id, long epoch, @Nullable Progress progress) {
    return told(new Command.Report(id, epoch, progress));
  }

  private CompletableFuture<Told> told(Command command) {
    return ledger.hand(command).thenApply(Operations::told);
  }

  private static Told told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Moved(var operation) -> new Told.Recorded(operation);
      case Outcome.Unchanged(var operation) -> new Told.Recorded(operation);
      case Outcome.Stale() -> new Told.Stale();
      case Outcome.Refused(_, var after) -> new Told.Refused(after);
      case Outcome.Accepted _, Outcome.Seen _, Outcome.KeyReused _, Outcome.Claimed _, Outcome.NotDone _,
          Outcome.NoSuchParent _, Outcome.NotCancelable _, Outcome.PreconditionFailed _, Outcome.Gone _,
          Outcome.Unknown _, Outcome.Poisoned _, Outcome.Written _ -> throw unexpected(outcome);
    };
  }

  private static StoreException unexpected(Outcome outcome) {
    return new StoreException("the ledger answered " + outcome.getClass().getSimpleName() + ", which it should not");
  }
}
