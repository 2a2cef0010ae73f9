package dev.raincheck.operation;

import java.util.concurrent.CompletionStage;

/**
 * Performs operations of a type. May run more than once for one operation (after a crash, a pause, a lost
 * connection), so its effects should be idempotent; {@link Context#operationId} is the key for that.
 */
public sealed interface Handler permits Handler.Blocking, Handler.Staged {
  /** Runs on a thread of its own and returns when the work is done. */
  @FunctionalInterface
  non-sealed interface Blocking extends Handler {
    /**
     * One attempt. A thrown exception is a failure that another attempt may mend; return
     * {@link Result#failed} for one that none will. Interrupted when the attempt is canceled or timed out.
     */
    Result perform(Input input, Context context) throws Exception;
  }

  /** Returns at once; the attempt is under way, its slot taken and no thread held, until the stage completes. */
  @FunctionalInterface
  non-sealed interface Staged extends Handler {
    CompletionStage<Result> begin(Input input, Context context) throws Exception;
  }
}
