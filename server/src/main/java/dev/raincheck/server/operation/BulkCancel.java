package dev.raincheck.server.operation;

import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.State;
import dev.raincheck.operation.Changed;
import dev.raincheck.operation.Context;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.Input;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.operation.Result;
import dev.raincheck.server.http.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Cancels what a filter matches, as an operation of its own: a page is read, its operations are
 * canceled together, and the next page follows.
 *
 * <p>What it cancels says so in its reason. So an attempt after a crash finds what the one before
 * it did, and both count the same.
 */
public final class BulkCancel implements Handler.Blocking {
  /** Reserved: submitted through {@code POST /v1/operations/cancel} alone. */
  public static final String TYPE = "raincheck.bulk_cancel";

  /** A page, and what is handed to the ledger at once: a fifth of its largest batch. */
  static final int CHUNK = 100;

  private static final int SLOTS = 2;
  private static final Duration ATTEMPT = Duration.ofHours(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(60);

  private final Supplier<Operations> operations;

  private BulkCancel(Supplier<Operations> operations) {
    this.operations = operations;
  }

  /**
   * The type to declare.
   *
   * @param operations asked when a first operation of it runs, because the engine that has them is
   *     built after its types
   */
  public static OperationType type(Supplier<Operations> operations) {
    var usual = Promise.DEFAULT;
    return OperationType.of(TYPE, new BulkCancel(operations))
        .withSlots(SLOTS)
        .promising(
            new Promise(
                usual.maxAttempts(), usual.backoff(), usual.atMostOnce(), usual.cancelable(),
                usual.deadLetters(), ATTEMPT, usual.heartbeatTimeout(), usual.operationTimeout(),
                usual.startTimeout(), usual.keep(), usual.keepResult(), usual.keepKey()));
  }

  @Override
  public Result perform(Input input, Context context) throws Exception {
    int tenant = context.operation().submission().tenant();
    Reader.Filter asked;
    try {
      asked = BulkFilter.read(tenant, input.bytes());
    } catch (RefusedException unreadable) {
      // It was accepted, so by a version that understood more.
      return Result.failed("x_filter_unreadable", 422, unreadable.refusal().detail());
    }
    var wanted = FilterTexts.UNDER_WAY.stream().filter(word -> isWanted(asked, word)).toList();
    if (wanted.isEmpty()) return result(0, 0);
    return new Run(operations.get(), asked, wanted, context).run();
  }

  private static boolean isWanted(Reader.Filter asked, String word) {
    return asked.statuses().isEmpty() || asked.statuses().contains(word);
  }

  private static Result result(long matched, long canceled) {
    return Result.json("{\"matched\":%d,\"canceled\":%d}".formatted(matched, canceled));
  }

  /** One attempt. */
  private static final class Run {
    private final Operations operations;
    private final Context context;
    private final Reader.Filter filter;
    private final List<String> wanted;
    private final String reason;
    private long matched;
    private long canceled;

    /**
     * @param wanted statuses to cancel, at least one
     */
    Run(Operations operations, Reader.Filter asked, List<String> wanted, Context context) {
      this.operations = operations;
      this.context = context;
      this.wanted = wanted;
      this.reason = "Canceled in bulk by %s.".formatted(context.operationId());
      this.filter = narrowed(asked, statuses(), context.operation().createdAt());
    }

    Result run() throws Exception {
      Reader.Position after = null;
      do {
        if (context.canceled()) throw new CancellationException("canceled itself");
        var page = operations.list(filter, after, CHUNK);
        var pause = cancel(page.operations());
        if (pause != null) return new Result.Snoozed(pause);
        after = page.next();
        tell(after == null);
      } while (after != null);
      return result(matched, canceled);
    }

    /** Cancels a page together; the pause to make first if the ledger takes no more for now. */
    private @Nullable Duration cancel(List<Operation> page) throws Exception {
      var asked = new ArrayList<CompletableFuture<Changed>>(page.size());
      for (var operation : page) {
        if (operation.submission().type().equals(TYPE)) continue;
        if (wanted.contains(operation.state().word())) {
          asked.add(operations.cancel(filter.tenant(), operation.id(), reason, null));
        } else if (isOurs(operation)) {
          canceled++;
        } else {
          continue;
        }
        matched++;
      }
      Duration pause = null;
      for (var answer : asked) {
        switch (answer.get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)) {
          case Changed.Moved(var operation) -> count(operation);
          case Changed.Unchanged(var operation) -> count(operation);
          case Changed.Refused(var after) -> pause = after;
          case Changed.NotCancelable _, Changed.Gone _, Changed.Unknown _ -> {}
          case Changed.PreconditionFailed _, Changed.NotDone _ -> {}
        }
      }
      return pause;
    }

    /** One that ended on its own in between matched, and was not canceled. */
    private void count(Operation operation) {
      if (operation.state() instanceof State.Canceled
          || operation.state() instanceof State.Canceling) canceled++;
    }

    private boolean isOurs(Operation operation) {
      return switch (operation.state()) {
        case State.Canceled(var why) -> reason.equals(why);
        case State.Canceling(_, _, _, var why) -> reason.equals(why);
        case State.Scheduled _, State.Blocked _, State.Queued _, State.Running _, State.Waiting _,
            State.Succeeded _, State.Failed _ -> false;
      };
    }

    private void tell(boolean end) {
      if (matched == 0) return;
      context.progress(
          new Progress(
              null, (double) matched, end ? (double) matched : null, "operation",
              "%d canceled".formatted(canceled), null));
    }

    /** An attempt that is not the first also looks at what the ones before it did. */
    private List<String> statuses() {
      if (context.epoch() == 1) return wanted;
      return Stream.concat(wanted.stream(), Stream.of("canceling", "canceled")).distinct().toList();
    }

    /** Leaves out what came after this operation: else a busy client would be canceled for ever. */
    private static Reader.Filter narrowed(
        Reader.Filter asked, List<String> statuses, Instant acceptedAt) {
      var until = acceptedAt.plusMillis(1); // Exclusive; operations are created at whole ones.
      var before = asked.createdBefore();
      return new Reader.Filter(
          asked.tenant(), statuses, asked.type(), asked.tag(), asked.correlationId(),
          asked.parent(), asked.dead(), asked.createdAfter(),
          before == null || before.isAfter(until) ? until : before);
    }
  }
}
