package dev.raincheck.server.target;

import java.util.concurrent.CompletionStage;

/** A call to a target under way. It holds no thread, so thousands may wait for slow targets. */
public interface TargetAttempt {
  /** Completes once, on a thread where what follows may block. */
  CompletionStage<TargetAnswer> answer();

  /** Closes the connection to the target. A result that is already here stays. */
  void cancel();
}
