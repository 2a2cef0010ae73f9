package dev.raincheck.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way, and who waits for what becomes of it.
 *
 * @param newFor the tenant for whom it brings something new, or null
 */
record Pending(Command command, int weight, @Nullable Integer newFor, CompletableFuture<Outcome> answer) {
  private static final int WEIGHT_MIN = 256;

  static Pending of(Command command) {
    return new Pending(command, weigh(command), newFor(command), new CompletableFuture<>());
  }

  /** Whose turn it is among those that bring something new; null if the command only goes on with what is there. */
  private static @Nullable Integer newFor(Command command) {
    return switch (command) {
      case Command.Submit submit -> submit.submission().tenant();
      case Command.TakeOver(var submit, _) -> submit.submission().tenant();
      case Command.Publish publish -> publish.tenant();
      case Command.Recall _, Command.MoveOutbox _, Command.Claim _, Command.OfAttempt _, Command.Signal _,
          Command.Cancel _, Command.Delete _, Command.Look _, Command.Lost _, Command.Forget _, Command.Trim _,
          Command.Renew _, Command.Put _ -> null;
    };
  }

  /** What a store without room refuses, so that what goes on can be recorded. */
  static boolean isNewWork(Command command) {
    return newFor(command) != null || command instanceof Command.MoveOutbox;
  }

  /** About how many bytes the command adds to its batch. */
  private static int weigh(Command command) {
    return WEIGHT_MIN
        + switch (command) {
          case Command.Submit submit -> size(submit.submission().input());
          case Command.TakeOver(var submit, _) -> size(submit.submission().input());
          case Command.Publish publish -> publish.facts().stream().mapToInt(Fact::weight).sum();
          case Command.MoveOutbox _ -> Command.MoveOutbox.BYTES_MAX;
          case Command.Complete complete -> size(complete.result());
          case Command.Append append -> append.body().length;
          case Command.Put put -> put.body() == null ? 0 : put.body().length;
          case Command.Recall _, Command.Claim _, Command.Confirm _, Command.Fail _, Command.Release _, Command.Detach _,
              Command.Report _, Command.Suspend _, Command.Signal _, Command.Cancel _, Command.Delete _, Command.Look _,
              Command.Lost _, Command.Forget _, Command.Trim _, Command.Renew _ -> 0;
        };
  }

  private static int size(@Nullable Payload payload) {
    return payload instanceof Payload.Inline(var bytes, _) ? bytes.length : 0;
  }
}
