package dev.raincheck.ledger;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where an operation stands. Each state carries only what is true in it. */
public sealed interface State {
  /** Not yet: a delay, or the pause between attempts. */
  record Scheduled(Instant until) implements State {}

  /** Behind others of its lane; public word: queued. {@code turn} orders those that are blocked. */
  record Blocked(long turn) implements State {}

  /** May start. */
  record Queued() implements State {}

  /**
   * An attempt is under way.
   *
   * @param owner whose lease holds it; 0 when the target will call back, so that no lease is needed
   * @param endsAt the attempt's deadline
   * @param silentAt when its next sign of life is overdue, or null
   */
  record Running(long owner, Instant endsAt, @Nullable Instant silentAt) implements State {}

  /** A durable function rests until one of these comes true. Its lane stays held, its slot does not. */
  record Waiting(List<Wait> until) implements State {
    public Waiting {
      until = List.copyOf(until);
    }
  }

  /** Cancel was asked of a running attempt, which may still finish. Members as in {@link Running}. */
  record Canceling(long owner, Instant endsAt, @Nullable Instant silentAt, @Nullable String reason) implements State {}

  /** The end, never changed afterwards. */
  sealed interface Final extends State permits Succeeded, Failed, Canceled {}

  /** {@code result} is null when the work gives none. */
  record Succeeded(@Nullable Payload result) implements Final {}

  /** {@code dead}: marked for attention, a dead letter. */
  record Failed(Failure failure, boolean dead) implements Final {}

  record Canceled(@Nullable String reason) implements Final {}

  /** The owner of the attempt under way, or null when there is none. */
  default @Nullable Long heldBy() {
    return switch (this) {
      case Running running -> running.owner();
      case Canceling canceling -> canceling.owner();
      case Scheduled _, Blocked _, Queued _, Waiting _, Succeeded _, Failed _, Canceled _ -> null;
    };
  }

  default boolean isFinal() {
    return this instanceof Final;
  }

  /** The public word. */
  default String word() {
    return switch (this) {
      case Scheduled _ -> "scheduled";
      case Blocked _, Queued _ -> "queued";
      case Running _ -> "running";
      case Waiting _ -> "waiting";
      case Canceling _ -> "canceling";
      case Succeeded _ -> "succeeded";
      case Failed _ -> "failed";
      case Canceled _ -> "canceled";
    };
  }
}
