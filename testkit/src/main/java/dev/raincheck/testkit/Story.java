package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Loaded;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Submission;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Two operations that share a lane and a retry of the second, from submit to end: with progress, a
 * log line, a failed attempt, a cancellation and a deletion. Remembers what it was answered, as
 * clients would.
 */
final class Story {
  private static final int PASSES_MAX = 100;
  private static final byte[] INPUT = AnOperation.bytes(3000);
  private static final Payload RESULT = new Payload.Inline(AnOperation.bytes(2000), "text/plain");

  private final EngineRun engine;
  private final ManualClock clock;
  private final int number;
  private final Known known;
  private final Witness witness = new Witness();
  private final Map<OperationId, Operation> answered = new HashMap<>();
  private final Map<String, OperationId> byKey = new HashMap<>();
  private final Set<OperationId> deletions = new HashSet<>();
  private boolean cut;
  private int made;

  /**
   * @param number tells apart the stories in one store
   */
  Story(EngineRun engine, ManualClock clock, int number) {
    this.engine = engine;
    this.clock = clock;
    this.number = number;
    this.known = new Known(List.of(number), List.of(queue()));
    known.add(new Key.Owner(number));
    known.add(new Key.Lane(number, queue(), "lane"));
  }

  /** From the beginning to the end; false if the store failed on the way. */
  boolean tell() {
    say(new Command.Put(new Key.Doc(number, "type", "story"), 0, new byte[] {1}));
    say(new Command.Renew(number, Duration.ofHours(1)));
    say(submit("first", null), submit("second", null));
    claim();
    say(report("first"), log("first"));
    say(
        new Command.Fail(
            id("first"), 1, FailureCode.TARGET_FAILED.because("503"), true, Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));
    say(new Command.Look(id("first")));
    claim();
    say(complete("first", 2));
    claim();
    say(new Command.Cancel(number, id("second"), "no longer wanted", null));
    say(
        new Command.Fail(
            id("second"), 1, FailureCode.TARGET_FAILED.because("stopped"), true, null));
    say(submit("third", id("second")));
    delete("first");
    claim();
    say(complete("third", 1));
    return !cut;
  }

  /**
   * After a restart: clients repeat what they were not answered, others do the work that is left.
   */
  void goOn() {
    cut = false;
    say(new Command.Renew(number, Duration.ofHours(1)));
    say(submit("first", null), submit("second", null));
    finishAll();
    say(submit("third", id("second")));
    finishAll();
    delete("first");
    assertThat(cut).isFalse();
  }

  private void finishAll() {
    for (int pass = 0; ; pass++) {
      assertThat(pass).as("work that never ends").isLessThan(PASSES_MAX);
      clock.advance(Duration.ofSeconds(1));
      say(engine.chores(100).toArray(Command[]::new));
      claim();
      var left = standing().stream().filter(operation -> !operation.done()).toList();
      if (left.isEmpty()) return;
      for (var operation : left) {
        say(new Command.Complete(operation.id(), operation.moment().epoch(), RESULT));
      }
    }
  }

  void checkNothingMoreIsAccepted() {
    assertThat(engine.run(submit("late", null))).as("fail-stop").isEmpty();
    byKey.remove("late");
  }

  /** What was answered stands as it was answered, or has moved on. */
  void checkNothingIsLost() {
    witness.saw(allStanding());
    for (var told : answered.values()) {
      if (deletions.contains(told.id())) continue;
      var now =
          standing().stream().filter(operation -> operation.id().equals(told.id())).findFirst();
      assertThat(now).as("%s was accepted", told.id()).isPresent();
      assertThat(now.get().version()).isGreaterThanOrEqualTo(told.version());
      assertThat(now.get().moment().epoch()).isGreaterThanOrEqualTo(told.moment().epoch());
      if (told.done()) assertThat(now.get().state().word()).isEqualTo(told.state().word());
    }
  }

  /**
   * One operation for each key, all of them at their end, the first one deleted, and all of it in
   * the log.
   */
  void checkTheEnd() {
    witness.saw(allStanding());
    witness.read(number, engine.log(number));
    var standing = standing();
    assertThat(standing).hasSize(2).allMatch(Operation::done);
    assertThat(standing)
        .extracting(Operation::id)
        .containsExactlyInAnyOrder(id("second"), id("third"));
    var retried =
        standing.stream()
            .filter(operation -> operation.id().equals(id("second")))
            .findFirst()
            .orElseThrow();
    assertThat(retried.retriedAs()).isEqualTo(id("third"));
    var rows = engine.everything(known).rows();
    assertThat(rows.get(id("first"))).isInstanceOf(Row.Tombstone.class);
    assertThat(rows).doesNotContainKey(new Key.Lane(number, queue(), "lane"));
  }

  private void say(Command... commands) {
    if (cut || commands.length == 0) return;
    var answers = engine.run(List.of(commands));
    for (int n = 0; n < commands.length; n++) {
      witness.heard(commands[n], answers.get(n), clock.instant());
      cut |= answers.get(n).isEmpty();
      remember(commands[n], answers.get(n));
    }
  }

  private void remember(Command command, Optional<Outcome> answer) {
    if (answer.isEmpty()) return;
    switch (answer.get()) {
      case Outcome.Accepted(var operation) -> remember(command, operation);
      case Outcome.Seen(var operation) -> remember(command, operation);
      case Outcome.Moved(var operation) -> answered.put(operation.id(), operation);
      case Outcome.Claimed(var attempts, _) ->
          attempts.forEach(attempt -> answered.put(attempt.id(), attempt));
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

  private void remember(Command command, Operation operation) {
    answered.put(operation.id(), operation);
    if (command instanceof Command.Submit(_, _, Key.Idem key, _))
      byKey.put(key.key(), operation.id());
  }

  private void claim() {
    say(new Command.Claim(queue(), number, 2, 100));
  }

  private void delete(String name) {
    deletions.add(id(name));
    say(new Command.Delete(number, id(name), null));
  }

  private Command complete(String name, long epoch) {
    return new Command.Complete(id(name), epoch, RESULT);
  }

  private Command report(String name) {
    return new Command.Report(id(name), 1, Progress.of(1, 2, "page"));
  }

  private Command log(String name) {
    return new Command.Append(id(name), 1, Row.Chunk.Kind.LOG, null, AnOperation.bytes(100));
  }

  /** Each time under a new id, as a client's repeat would come. */
  private Command submit(String key, @Nullable OperationId retryOf) {
    var id = new OperationId(clock.millis() << 16, (long) number << 16 | ++made);
    known.add(id);
    var idem = new Key.Idem(number, "story", key);
    known.add(idem);
    var input = new Payload.Inline(INPUT, "application/octet-stream");
    var submission =
        new Submission(
            number,
            "story",
            queue(),
            "lane",
            1,
            5,
            null,
            null,
            null,
            input,
            Map.of(),
            List.of(),
            null,
            null,
            null,
            key,
            null,
            retryOf,
            Promise.DEFAULT);
    return new Command.Submit(id, submission, idem, new byte[] {1});
  }

  /** The operation that a client was told for its key; before it was told anything, nobody's. */
  private OperationId id(String key) {
    return byKey.getOrDefault(key, new OperationId(0, 0));
  }

  private String queue() {
    return "story" + number;
  }

  private Loaded allStanding() {
    return engine.everything(known);
  }

  private List<Operation> standing() {
    return allStanding().rows().values().stream()
        .filter(Operation.class::isInstance)
        .map(Operation.class::cast)
        .toList();
  }
}
