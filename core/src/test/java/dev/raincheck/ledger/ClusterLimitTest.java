package dev.raincheck.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Outcome.Claimed.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A limit that holds on all nodes counts what the store counted, and what its own batch has decided since. */
final class ClusterLimitTest {
  private static final String QUEUE = "report";
  private static final int LIMIT = 5;

  private final List<Operation> ours = List.of(running(1), running(2));
  private final List<Operation> ready = IntStream.range(11, 19).mapToObj(ClusterLimitTest::queued).toList();

  /** A batch that has loaded two attempts of this node, while others run elsewhere. */
  private WorkingSet batch(int runningInAll) {
    return new WorkingSet(new Loaded(loaded(), Map.of(), Map.of(QUEUE, runningInAll)), Map.of(QUEUE, ready));
  }

  private Map<Key, Row> loaded() {
    var owner = new Key.Owner(Situation.OWNER);
    Map<Key, Row> rows = new HashMap<>();
    rows.put(owner, new Row.Owner(owner, Situation.at(60)));
    for (var operation : ours) rows.put(operation.id(), operation);
    return rows;
  }

  private static Operation running(int n) {
    return operation(n, new State.Running(Situation.OWNER, Situation.at(60), null), 1);
  }

  private static Operation queued(int n) {
    return operation(n, new State.Queued(), 0);
  }

  private static Operation operation(int n, State state, int epoch) {
    var moment = new Moment(2, Situation.T0, state, epoch, epoch, null, null, false);
    return new Operation(
        id(n), Situation.plain(null), Situation.T0, null, moment, List.of(), 2, 2, Situation.T0, n, null, null, false);
  }

  private static OperationId id(int n) {
    return new OperationId(2, n);
  }

  private static Outcome run(Command command, WorkingSet rows) {
    var decision = Rules.decide(command, rows, Situation.T0, new SplittableRandom(1), (_, _) -> 100);
    rows.apply(decision);
    return decision.outcome();
  }

  private static Outcome.Claimed claim(int slots, WorkingSet rows) {
    return (Outcome.Claimed) run(new Command.Claim(QUEUE, Situation.OWNER, slots, LIMIT), rows);
  }

  @Test
  void as_many_start_as_there_is_room_and_the_answer_says_what_bound_it() {
    assertThat(started(claim(8, batch(2)))).containsExactly(11L, 12L, 13L);
    assertThat(claim(8, batch(2)).limit()).isEqualTo(Limit.REACHED);
    assertThat(claim(8, batch(LIMIT))).isEqualTo(new Outcome.Claimed(List.of(), Limit.REACHED));
    assertThat(claim(8, batch(LIMIT + 3))).isEqualTo(new Outcome.Claimed(List.of(), Limit.REACHED));
    assertThat(claim(2, batch(2)).limit()).as("its slots bound it, not the limit").isEqualTo(Limit.OPEN);
  }

  private static List<Long> started(Outcome.Claimed claimed) {
    return claimed.attempts().stream().map(operation -> operation.id().lo()).toList();
  }

  @Test
  void a_queue_that_another_node_holds_starts_nothing() {
    var rows = new WorkingSet(new Loaded(loaded(), Map.of()), Map.of(QUEUE, ready));

    assertThat(claim(8, rows)).isEqualTo(new Outcome.Claimed(List.of(), Limit.BUSY));
  }

  @Test
  void without_a_limit_nothing_is_counted() {
    var rows = new WorkingSet(new Loaded(loaded(), Map.of()), Map.of(QUEUE, ready));
    var claimed = run(new Command.Claim(QUEUE, Situation.OWNER, 8), rows);

    assertThat(((Outcome.Claimed) claimed).attempts()).hasSize(8);
  }

  @Test
  void what_has_ended_or_was_given_back_in_the_same_batch_makes_room() {
    var ends = new ArrayList<Command>();
    ends.add(new Command.Complete(id(1), 1, null));
    ends.add(new Command.Fail(id(1), 1, Situation.EARLIER, false, null));
    ends.add(new Command.Fail(id(1), 1, Situation.EARLIER, true, null));
    ends.add(new Command.Release(id(1), 1, Duration.ofSeconds(9)));
    ends.add(new Command.Suspend(id(1), 1, List.of(new Wait.ForSignal("approved"))));
    ends.add(new Command.Lost(id(1), Situation.OWNER + 1));
    for (var end : ends) {
      var rows = batch(LIMIT);
      boolean ended = run(end, rows) instanceof Outcome.Moved;

      assertThat(claim(8, rows).attempts()).as("%s", end).hasSize(ended ? 1 : 0);
    }
  }

  @Test
  void what_still_runs_makes_none() {
    var calls = new ArrayList<Command>();
    calls.add(new Command.Cancel(Situation.TENANT, id(1), null, null));
    calls.add(new Command.Detach(id(1), 1));
    calls.add(new Command.Report(id(1), 1, null));
    for (var call : calls) {
      var rows = batch(LIMIT);
      assertThat(run(call, rows)).isInstanceOf(Outcome.Moved.class);

      assertThat(claim(8, rows).attempts()).as("%s", call).isEmpty();
    }
  }

  @Test
  void one_that_starts_ends_and_is_followed_in_one_batch_is_counted_once() {
    var rows = batch(LIMIT - 1);
    assertThat(claim(8, rows).attempts()).hasSize(1);
    assertThat(claim(8, rows).attempts()).isEmpty();
    run(new Command.Complete(id(11), 1, null), rows);

    assertThat(started(claim(8, rows))).containsExactly(12L);
    run(new Command.Complete(id(12), 1, null), rows);
    run(new Command.Complete(id(1), 1, null), rows);
    assertThat(claim(8, rows).attempts()).hasSize(2);
  }

  @Test
  void no_more_is_picked_than_could_start_if_all_ended_that_the_batch_has_loaded() {
    var claim = new Command.Claim(QUEUE, Situation.OWNER, 4, LIMIT);

    assertThat(new Loaded(loaded(), Map.of(), Map.of(QUEUE, 3)).room(claim)).isEqualTo(4);
    assertThat(new Loaded(loaded(), Map.of(), Map.of(QUEUE, LIMIT)).room(claim)).isEqualTo(2);
    assertThat(new Loaded(Map.of(), Map.of(), Map.of(QUEUE, LIMIT)).room(claim)).isZero();
    assertThat(new Loaded(loaded(), Map.of()).room(claim)).as("another node holds the queue").isZero();
    assertThat(new Loaded(loaded(), Map.of()).room(new Command.Claim(QUEUE, Situation.OWNER, 4))).isEqualTo(4);
  }
}
