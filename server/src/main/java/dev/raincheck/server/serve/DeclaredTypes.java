package dev.raincheck.server.serve;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Promise;
import dev.raincheck.operation.Handler;
import dev.raincheck.operation.OperationType;
import dev.raincheck.server.config.AttemptConfig;
import dev.raincheck.server.config.DeadLetter;
import dev.raincheck.server.config.Idempotency;
import dev.raincheck.server.config.Retention;
import dev.raincheck.server.config.Threads;
import dev.raincheck.server.config.TypeConfig;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** From what the file says of a type to what the engine runs. */
final class DeclaredTypes {
  private DeclaredTypes() {}

  static OperationType of(TypeConfig config, Handler handler) {
    return new OperationType(
        config.name(),
        config.description(),
        handler,
        promise(config),
        config.queue().name(),
        config.queue().concurrency(),
        config.queue().clusterConcurrency().orElse(Command.Claim.NO_LIMIT),
        threads(config.threads()),
        config.queue().priority(),
        config.queue().depthMax(),
        config.input().accepts(),
        config.input().bytesMax(),
        config.timeouts().answer(),
        idempotency(config.idempotency()),
        new OperationType.Schemas(
            config.schemas().input().orElse(null),
            config.schemas().output().orElse(null),
            config.schemas().progress().orElse(null)));
  }

  private static Promise promise(TypeConfig config) {
    var attempts = config.attempts();
    var backoff = attempts.backoff();
    var timeouts = config.timeouts();
    var retention = config.retention();
    return new Promise(
        attempts.attemptsMax(),
        new Promise.Backoff(backoff.first(), backoff.factor(), backoff.max()),
        attempts.delivery() == AttemptConfig.Delivery.AT_MOST_ONCE,
        config.cancelable(),
        config.deadLetter().stream().map(DeclaredTypes::deadLetter).collect(Collectors.toSet()),
        timeouts.attempt(),
        timeouts.heartbeat().orElse(null),
        timeouts.operation(),
        timeouts.start().orElse(null),
        retention.operation(),
        resultKept(retention),
        retention.key());
  }

  /** A result that is kept as long as its operation has no clock of its own. */
  private static @Nullable Duration resultKept(Retention retention) {
    return retention.result().equals(retention.operation()) ? null : retention.result();
  }

  private static Promise.DeadLetter deadLetter(DeadLetter letter) {
    return switch (letter) {
      case EXHAUSTED -> Promise.DeadLetter.EXHAUSTED;
      case TIMED_OUT -> Promise.DeadLetter.TIMED_OUT;
      case REJECTED -> Promise.DeadLetter.REJECTED;
    };
  }

  private static OperationType.Threads threads(Threads threads) {
    return switch (threads) {
      case PLATFORM -> OperationType.Threads.PLATFORM;
      case VIRTUAL -> OperationType.Threads.VIRTUAL;
    };
  }

  private static OperationType.Idempotency idempotency(Idempotency idempotency) {
    var fingerprint =
        switch (idempotency.fingerprint()) {
          case RAW -> OperationType.Idempotency.Fingerprint.RAW;
          case JCS -> OperationType.Idempotency.Fingerprint.JCS;
          case NONE -> OperationType.Idempotency.Fingerprint.NONE;
        };
    return new OperationType.Idempotency(idempotency.policy() == Idempotency.Policy.REQUIRED, fingerprint);
  }
}
