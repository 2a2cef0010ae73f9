package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Watches a run from outside and knows what must never be seen. */
final class Witness {
  /** Which public word may follow which. */
  private static final Map<String, Set<String>> NEXT =
      Map.of(
          "scheduled", Set.of("queued", "failed", "canceled"),
          "queued", Set.of("running", "failed", "canceled"),
          "running", Set.of("scheduled", "queued", "waiting", "canceling", "succeeded", "failed"),
          "waiting", Set.of("queued", "failed", "canceled"),
          "canceling", Set.of("succeeded", "canceled"));

  private record Dispatch(OperationId operation, long epoch) {}

  private final Map<OperationId, Operation> last = new HashMap<>();
  private final Set<OperationId> accepted = new HashSet<>();

  /** Submits that were not answered: they may stand or not, until they are seen. */
  private final Set<OperationId> unknown = new HashSet<>();

  private final Set<OperationId> buried = new HashSet<>();
  private final Map<Key.Idem, OperationId> byKey = new HashMap<>();
  private final Set<Dispatch> dispatched = new HashSet<>();
  private final Set<OperationId> completed = new HashSet<>();

  /** What was asked and answered, in the order in which the ledger takes it. */
  void heard(Command command, Optional<Outcome> answer, Instant now) {
    if (answer.isEmpty()) {
      if (command instanceof Command.Submit submit) unknown.add(submit.id());
      return;
    }
    switch (answer.get()) {
      case Outcome.Accepted(var operation) -> accepted(command, operation);
      case Outcome.Seen(var operation) -> {
        if (command instanceof Command.Submit submit && submit.key() != null) {
          if (unknown.contains(operation.id())) byKey.putIfAbsent(submit.key(), operation.id());
          assertThat(operation.id())
              .as("one key, one operation")
              .isEqualTo(byKey.get(submit.key()));
        }
      }
      case Outcome.Claimed(var attempts, _) -> {
        for (var attempt : attempts) claimed(attempt, now);
      }
      case Outcome.Moved(var operation) -> {
        if (command instanceof Command.OfAttempt call) {
          assertThat(call.epoch())
              .as("only the last epoch counts")
              .isEqualTo(operation.moment().epoch());
        }
        if (command instanceof Command.Complete) {
          assertThat(completed.add(operation.id()))
              .as("%s completes once", operation.id())
              .isTrue();
        }
      }
      case Outcome.KeyReused _,
          Outcome.Unchanged _,
          Outcome.Stale _,
          Outcome.NotDone _,
          Outcome.NoSuchParent _,
          Outcome.NotCancelable _,
          Outcome.PreconditionFailed _,
          Outcome.Gone _,
          Outcome.Unknown _,
          Outcome.Written _,
          Outcome.Published _,
          Outcome.NotPublishable _,
          Outcome.Emptied _,
          Outcome.Refused _,
          Outcome.Poisoned _ -> {}
    }
  }

  private void accepted(Command command, Operation operation) {
    assertThat(accepted.add(operation.id())).as("%s is accepted once", operation.id()).isTrue();
    if (!(command instanceof Command.Submit submit) || submit.key() == null) return;
    var before = byKey.put(submit.key(), operation.id());
    if (before != null)
      assertThat(last).as("a key is new only after its operation").doesNotContainKey(before);
  }

  private void claimed(Operation attempt, Instant now) {
    assertThat(dispatched.add(new Dispatch(attempt.id(), attempt.moment().epoch())))
        .as("an epoch is given once")
        .isTrue();
    var runAt = attempt.submission().runAt();
    if (runAt != null) assertThat(now).as("not before its time").isAfterOrEqualTo(runAt);
  }

  /** What stands now. */
  void saw(Loaded everything) {
    Map<OperationId, Operation> now = new HashMap<>();
    for (var row : everything.rows().values()) {
      if (row instanceof Operation operation) now.put(operation.id(), operation);
      if (row instanceof Row.Tombstone tombstone) buried.add(tombstone.id());
    }
    unknown.stream().filter(now::containsKey).forEach(accepted::add);
    for (var id : accepted) {
      boolean here = now.containsKey(id);
      assertThat(here || buried.contains(id)).as("%s is here or was deleted", id).isTrue();
      assertThat(here && buried.contains(id)).as("%s does not rise again", id).isFalse();
    }
    assertThat(accepted).as("nothing stands that was not accepted").containsAll(now.keySet());
    now.values().forEach(this::sawOperation);
    lanes(everything, now.values());
    last.clear();
    last.putAll(now);
  }

  private void sawOperation(Operation operation) {
    var before = last.get(operation.id());
    if (before == null || before.version() != operation.version()) path(operation);
    if (before == null) return;
    assertThat(operation.version()).isGreaterThanOrEqualTo(before.version());
    assertThat(operation.revision()).isGreaterThanOrEqualTo(before.revision());
    assertThat(operation.moment().epoch()).isGreaterThanOrEqualTo(before.moment().epoch());
    if (before.done()) {
      assertThat(operation.state().word()).as("the end stays").isEqualTo(before.state().word());
      assertThat(operation.version()).isEqualTo(before.version());
      assertThat(operation.finishedAt()).isEqualTo(before.finishedAt());
    }
  }

  private static void path(Operation operation) {
    var path = new ArrayList<>(operation.history());
    path.add(operation.moment());
    assertThat(path.getFirst().version()).isEqualTo(1);
    assertThat(path.getFirst().state().word()).isIn("scheduled", "queued");
    for (int n = 1; n < path.size(); n++) step(operation, path.get(n - 1), path.get(n));
    assertThat(operation.version()).isGreaterThanOrEqualTo(operation.moment().version());
    assertThat(operation.moment().attempt())
        .isBetween(0, operation.submission().promise().maxAttempts());
  }

  private static void step(Operation operation, Moment from, Moment to) {
    assertThat(to.state().word())
        .as("%s after %s", operation.id(), from)
        .isIn(NEXT.get(from.state().word()));
    assertThat(to.version()).isGreaterThan(from.version());
    assertThat(to.at()).isAfterOrEqualTo(from.at());
    boolean dispatch = to.state() instanceof State.Running;
    assertThat(to.epoch()).isEqualTo(from.epoch() + (dispatch ? 1 : 0));
    if (dispatch) assertThat(to.attempt()).isEqualTo(from.attempt() + 1);
    else assertThat(to.attempt()).isBetween(Math.max(0, from.attempt() - 1), from.attempt());
    if (from.state() instanceof State.Scheduled(var until) && to.state() instanceof State.Queued) {
      assertThat(to.at()).as("not before its time").isAfterOrEqualTo(until);
    }
  }

  private static void lanes(Loaded everything, Iterable<Operation> operations) {
    Map<Key.Lane, Integer> holders = new HashMap<>();
    Map<Key.Lane, Integer> blocked = new HashMap<>();
    for (var operation : operations) {
      var lane = operation.submission().laneKey();
      if (lane == null) continue;
      if (holds(operation)) holders.merge(lane, 1, Integer::sum);
      if (operation.state() instanceof State.Blocked) blocked.merge(lane, 1, Integer::sum);
    }
    for (var row : everything.rows().values()) {
      if (!(row instanceof Row.Lane lane)) continue;
      int held = holders.getOrDefault(lane.key(), 0);
      assertThat(lane.admitted()).as("%s", lane).isEqualTo(held).isBetween(1, lane.limit());
      if (blocked.containsKey(lane.key()))
        assertThat(held).as("%s, blocked, is full", lane).isEqualTo(lane.limit());
    }
    for (var key : holders.keySet()) assertThat(everything.rows()).containsKey(key);
    for (var key : blocked.keySet()) assertThat(everything.rows()).containsKey(key);
  }

  private static boolean holds(Operation operation) {
    return switch (operation.state()) {
      case State.Scheduled _ -> operation.moment().epoch() > 0;
      case State.Queued _, State.Running _, State.Waiting _, State.Canceling _ -> true;
      case State.Blocked _, State.Succeeded _, State.Failed _, State.Canceled _ -> false;
    };
  }

  /** What a tenant's log says of all that has happened. */
  void read(int tenant, List<Reader.Segment> log) {
    long offset = 1;
    Map<OperationId, Integer> versions = new HashMap<>();
    for (var segment : log) {
      assertThat(segment.first()).as("offsets are dense").isEqualTo(offset);
      offset += segment.entries().size();
      for (Entry entry : segment.entries()) {
        int before = versions.getOrDefault(entry.operation(), 0);
        assertThat(entry.version())
            .as("each version of %s once, in order", entry.operation())
            .isEqualTo(before + 1);
        versions.put(entry.operation(), entry.version());
      }
    }
    for (var operation : last.values()) {
      if (operation.submission().tenant() != tenant) continue;
      assertThat(versions.get(operation.id()))
          .as("%s is in the log", operation.id())
          .isEqualTo(operation.version());
    }
  }

  /** How many operations it has seen accepted. */
  int count() {
    return accepted.size();
  }

  /** How many attempts it has seen start. */
  int dispatches() {
    return dispatched.size();
  }
}
