package dev.raincheck.server.egress;

import java.util.concurrent.CompletionStage;

/** A call under way. It holds no thread. */
public interface EgressCall {
  /** Completes exactly once, never exceptionally, on a thread where what follows may block. */
  CompletionStage<EgressAnswer> answer();

  /** Closes the connection, if the call has not ended yet. */
  void cancel();
}
