package dev.raincheck.server.target;

import dev.raincheck.server.egress.EgressClient;
import java.time.InstantSource;

/** Calls targets and reads their answers by the contract's table. */
public final class TargetClient {
  private final EgressClient egress;
  private final InstantSource clock;

  public TargetClient(EgressClient egress, InstantSource clock) {
    this.egress = egress;
    this.clock = clock;
  }

  /** Starts an attempt. Whatever happens to it is its answer; nothing is thrown. */
  public TargetAttempt call(TargetCall call) {
    var attempt = new RunningAttempt(egress, clock, call);
    attempt.start();
    return attempt;
  }
}
