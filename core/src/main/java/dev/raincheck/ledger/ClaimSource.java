package dev.raincheck.ledger;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Who has free slots. Asked when a batch is formed, so that new work can start in the commit that accepts it. */
public interface ClaimSource {
  /**
   * The claims to add to this batch; the slots they name are reserved until their outcome.
   *
   * @param fed how much new work the batch brings to which queue
   */
  List<Wanted> wanted(Map<String, Integer> fed);

  /** A claim and who is told its outcome: claimed attempts, or nothing. */
  record Wanted(Command.Claim claim, Consumer<Outcome> told) {}
}
