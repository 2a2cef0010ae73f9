package dev.raincheck.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is decided of what applications left in transactions of their own. */
class TakeOverTest {
  private static final Key.HandedOver HANDED = new Key.HandedOver(Situation.NEW);
  private static final Failure BROKEN = FailureCode.HANDLER_FAILED.because("nobody knows the type");

  private final Map<Key, Row> rows = new HashMap<>();

  private static Command.TakeOver command(Failure failure) {
    var submit = new Command.Submit(Situation.NEW, Situation.plain(null), Situation.KEY, new byte[0]);
    return new Command.TakeOver(submit, failure);
  }

  private Decision decide(Command command) {
    var set = new WorkingSet(new Loaded(rows, Map.of()), Map.of());
    return Rules.decide(command, set, Situation.T0, Situation.dice(), (_, _) -> 1);
  }

  private void handOver() {
    rows.put(HANDED, new Row.HandedOver(HANDED));
  }

  private Operation standing(State state, long epoch) {
    var moment = new Moment(4, Situation.T0, state, 1, epoch, Situation.T0, null, false);
    return new Operation(
        Situation.ID, Situation.plain(null), Situation.T0, Situation.T0.plusSeconds(100), moment, List.of(), 4, 4,
        Situation.T0, 5, null, null, false);
  }

  @Test
  void what_another_node_has_taken_over_is_nothing_to_this_one() {
    var decision = decide(command(null));
    assertThat(decision).isEqualTo(Decision.only(new Outcome.Unknown()));
  }

  @Test
  void it_becomes_an_operation_goes_and_its_key_is_remembered_for_any_request() {
    handOver();
    var decision = decide(command(null));

    assertThat(decision.outcome()).isInstanceOf(Outcome.Accepted.class);
    assertThat(decision.removed()).containsExactly(HANDED);
    assertThat(decision.saved())
        .hasSize(2)
        .anySatisfy(
            row ->
                assertThat(row)
                    .isInstanceOfSatisfying(Row.Idem.class, idem -> assertThat(idem.fingerprint()).isEmpty()))
        .anySatisfy(row -> assertThat(row).isInstanceOf(Operation.class));
  }

  @Test
  void with_a_key_that_is_used_its_id_means_that_operation_for_longer_than_that_is_kept() {
    handOver();
    var meant = standing(new State.Queued(), 0);
    rows.put(Situation.KEY, new Row.Idem(Situation.KEY, Situation.FINGERPRINT, Situation.ID, Situation.at(9)));
    rows.put(Situation.ID, meant);

    var decision = decide(command(null));

    assertThat(decision.outcome()).isEqualTo(new Outcome.Seen(meant));
    assertThat(decision.removed()).containsExactly(HANDED);
    var kept = Situation.T0.plusSeconds(100 + Situation.KEPT).plus(Rules.TOMBSTONE_KEPT);
    assertThat(decision.saved())
        .containsExactly(new Row.Tombstone(Situation.NEW, Situation.TENANT, kept, Situation.ID));
  }

  @Test
  void with_a_key_whose_operation_is_deleted_it_is_gone_too() {
    handOver();
    rows.put(Situation.KEY, new Row.Idem(Situation.KEY, Situation.FINGERPRINT, Situation.ID, Situation.at(9)));

    var decision = decide(command(null));

    assertThat(decision.outcome()).isEqualTo(new Outcome.Gone());
    assertThat(decision.removed()).containsExactly(HANDED);
    assertThat(decision.saved()).singleElement().isInstanceOf(Row.Tombstone.class);
  }

  @Test
  void what_can_only_fail_fails_in_the_open_and_leaves_the_key_free() {
    handOver();
    var decision = decide(command(BROKEN));

    assertThat(decision.removed()).containsExactly(HANDED);
    assertThat(decision.saved()).singleElement().isInstanceOfSatisfying(
        Operation.class, operation -> assertThat(operation.state()).isEqualTo(new State.Failed(BROKEN, true)));
    assertThat(decision.entries()).extracting(Entry::version).containsExactly(1, 2);
  }

  @Test
  void a_recorded_completion_ends_its_attempt_and_goes() {
    var key = new Key.Completion(Situation.ID);
    var running = standing(new State.Running(Situation.OWNER, Situation.T0.minus(Duration.ofDays(1)), null), 3);
    rows.put(Situation.ID, running);
    var set = new WorkingSet(new Loaded(rows, Map.of()), Map.of());

    var done = Rules.decide(new Row.Completion(key, 3, Situation.RESULT), set, Situation.T0, Situation.dice(), (_, _) -> 1);
    assertThat(done.removed()).containsExactly(key);
    assertThat(done.outcome()).isInstanceOf(Outcome.Moved.class);

    var stale = Rules.decide(new Row.Completion(key, 2, null), set, Situation.T0, Situation.dice(), (_, _) -> 1);
    assertThat(stale.removed()).containsExactly(key);
    assertThat(stale.outcome()).isEqualTo(new Outcome.Stale());
    assertThat(stale.saved()).isEmpty();
  }
}
