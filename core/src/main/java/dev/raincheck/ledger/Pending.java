package dev.raincheck.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A command on its way, and who waits for what becomes of it. */
record Pending(Command command, int weight, CompletableFuture<Outcome> answer) {
  private static final int WEIGHT_MIN = 256;

  static Pending of(Command command) {
    return new Pending(command, weigh(command), new CompletableFuture<>());
  }

  /** About how many bytes the command adds to its batch. */
  private static int weigh(Command command) {
    return WEIGHT_MIN
        + switch (command) {
          case Command.Submit submit -> size(submit.submission().input());
          case Command.TakeOver(var submit, _) -> size(submit.submission().input());
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
