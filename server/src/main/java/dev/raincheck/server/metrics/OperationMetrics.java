package dev.raincheck.server.metrics;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counts and times operations by type, from what is committed. */
public final class OperationMetrics implements Commit.Listener {
  private final MeterRegistry registry;
  private final Map<String, Counter> accepted = new ConcurrentHashMap<>();
  private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
  private final Map<String, Timer> waits = new ConcurrentHashMap<>();
  private final Map<End, Timer> lives = new ConcurrentHashMap<>();
  private final Map<End, Timer> tries = new ConcurrentHashMap<>();

  /** How operations of a type ended; {@code code} is empty unless they failed. */
  private record End(String type, String outcome, String code) {}

  OperationMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void committed(Commit commit) {
    for (var change : commit.changes()) count(change.before(), change.after());
  }

  private void count(@Nullable Operation before, Operation after) {
    String type = after.submission().type();
    if (before == null) accepted.computeIfAbsent(type, this::acceptedOf).increment();

    long dispatched = before == null ? 0 : before.moment().epoch();
    if (after.moment().epoch() > dispatched) {
      attempts.computeIfAbsent(type, this::attemptsOf).increment();
      var started = after.moment().startedAt();
      if (dispatched == 0 && started != null) {
        waits.computeIfAbsent(type, this::waitsOf).record(since(after, started));
      }
    }
    if (before != null && before.state().heldBy() != null && after.state().heldBy() == null) {
      tries.computeIfAbsent(tried(before, after), this::triesOf).record(tried(before, after.moment().at()));
    }
    boolean ended = after.done() && (before == null || !before.done());
    if (ended) lives.computeIfAbsent(end(after), this::livesOf).record(since(after, after.moment().at()));
  }

  /** How an attempt ended, whether or not another follows. */
  private static End tried(Operation before, Operation after) {
    var type = after.submission().type();
    var error = after.moment().lastError();
    return switch (after.state()) {
      case State.Succeeded _ -> new End(type, "succeeded", "");
      case State.Canceled _ -> new End(type, "canceled", "");
      case State.Failed(var failure, _) -> new End(type, "failed", known(failure.code()));
      case State.Scheduled _, State.Blocked _, State.Queued _, State.Waiting _, State.Running _, State.Canceling _ ->
          error == null || error.equals(before.moment().lastError())
              ? new End(type, "given_back", "")
              : new End(type, "failed", known(error.code()));
    };
  }

  /** From the attempt's first moment: a cancel that was asked of it is another. */
  private static Duration tried(Operation before, Instant end) {
    var begin = before.moment();
    for (var moment : before.history().reversed()) {
      if (moment.epoch() != begin.epoch() || moment.state().heldBy() == null) break;
      begin = moment;
    }
    return Duration.between(begin.at(), end);
  }

  private Timer triesOf(End end) {
    return Timer.builder("raincheck.attempts")
        .description("Attempts, from start to end, by how they ended")
        .tag("type", end.type())
        .tag("outcome", end.outcome())
        .tag("code", end.code())
        .register(registry);
  }

  private static Duration since(Operation operation, Instant moment) {
    return Duration.between(operation.createdAt(), moment);
  }

  private static End end(Operation operation) {
    String code = operation.state() instanceof State.Failed(var failure, _) ? known(failure.code()) : "";
    return new End(operation.submission().type(), operation.state().word(), code);
  }

  /** Handlers may invent codes; a label must not take any number of values. */
  private static String known(String code) {
    return code.startsWith("x_") ? "x_other" : code;
  }

  private Counter acceptedOf(String type) {
    return Counter.builder("raincheck.operations.accepted")
        .description("Operations accepted")
        .tag("type", type)
        .register(registry);
  }

  private Counter attemptsOf(String type) {
    return Counter.builder("raincheck.attempts.started")
        .description("Attempts started")
        .tag("type", type)
        .register(registry);
  }

  private Timer waitsOf(String type) {
    return Timer.builder("raincheck.operations.wait")
        .description("From acceptance to the first start")
        .tag("type", type)
        .register(registry);
  }

  private Timer livesOf(End end) {
    return Timer.builder("raincheck.operations.life")
        .description("From acceptance to the end, by outcome")
        .tag("type", end.type())
        .tag("outcome", end.outcome())
        .tag("code", end.code())
        .register(registry);
  }
}
