package dev.raincheck.ledger;

import static dev.raincheck.ledger.Situation.ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The whole transition table: every state against every command, as {@code life-cycle.txt} tells
 * it.
 */
final class LifeCycleTest {
  private static final Failure BROKEN = FailureCode.TARGET_FAILED.because("broken");
  private static final long OTHER_OWNER = 77;
  private static final int COLUMNS_MAX = 96;

  /** A command, when it comes, and whether the owner of the attempt has its lease then. */
  private record Case(
      String words, int at, boolean ownerAlive, Function<Situation, Command> command) {}

  @Test
  void the_transition_table_is_as_written() throws IOException {
    try (var in = LifeCycleTest.class.getResourceAsStream("life-cycle.txt")) {
      assertThat(in).isNotNull();
      assertThat(table()).isEqualTo(new String(in.readAllBytes(), UTF_8));
    }
  }

  @Test
  void what_has_ended_stays_as_it_ended() {
    forAll(
        (situation, each, decision) -> {
          var before = situation.subject();
          var after = saved(decision);
          if (before == null || after == null || !before.done()) return;
          assertThat(after.state().word()).isEqualTo(before.state().word());
          assertThat(after.version()).isEqualTo(before.version());
          assertThat(after.moment().at()).isEqualTo(before.moment().at());
        });
  }

  @Test
  void each_log_entry_is_the_next_version_and_each_version_has_one() {
    forAll(
        (situation, each, decision) -> {
          var before = situation.subject();
          var after = saved(decision);
          var entries =
              decision.entries().stream()
                  .filter(entry -> entry.operation().equals(ID) && Entry.tenantOf(entry.stream()).isPresent())
                  .toList();
          if (before == null || after == null) {
            assertThat(entries).isEmpty();
            return;
          }
          int rise = after.version() - before.version();
          assertThat(rise).isEqualTo(entries.size()).isBetween(0, 1);
          if (rise == 1) assertThat(entries.getFirst().version()).isEqualTo(after.version());
          if (!after.equals(before) && rise == 1)
            assertThat(after.revision()).isEqualTo(before.revision() + 1);
        });
  }

  @Test
  void progress_is_told_beside_the_history_when_it_is_new() {
    forAll(
        (situation, each, decision) -> {
          var before = situation.subject();
          var after = saved(decision);
          boolean told =
              decision.entries().stream().anyMatch(entry -> Entry.tenantOfProgress(entry.stream()).isPresent());
          boolean news =
              before != null && after != null && !Objects.equals(before.progress(), after.progress());
          assertThat(told).isEqualTo(news);
        });
  }

  @Test
  void the_epoch_rises_with_each_dispatch_and_with_nothing_else() {
    forAll(
        (situation, each, decision) -> {
          var before = situation.subject();
          var after = saved(decision);
          if (before == null || after == null) return;
          boolean dispatched = decision.outcome() instanceof Outcome.Claimed;
          assertThat(after.moment().epoch())
              .isEqualTo(before.moment().epoch() + (dispatched ? 1 : 0));
        });
  }

  @Test
  void a_lane_of_one_place_never_has_two_and_never_stands_empty_before_its_next() {
    forAll(
        (situation, each, decision) -> {
          var before = situation.subject();
          var after = decision.removed().contains(ID) ? null : saved(decision);
          if (before == null || (after == null && decision.saved().isEmpty())) return;
          boolean held = before.holdsLane();
          boolean holds = after == null ? held : after.holdsLane();
          var next = find(decision, Situation.NEXT);
          boolean nextStarts = next != null && next.state() instanceof State.Queued;
          assertThat(nextStarts).isEqualTo(held && !holds);
        });
  }

  @Test
  void a_stale_call_writes_nothing() {
    forAll(
        (situation, each, decision) -> {
          boolean refused =
              switch (decision.outcome()) {
                case Outcome.Moved _,
                    Outcome.Accepted _,
                    Outcome.Claimed _,
                    Outcome.Gone _,
                    Outcome.Written _ ->
                    false;
                case Outcome.Seen _,
                    Outcome.KeyReused _,
                    Outcome.Unchanged _,
                    Outcome.Stale _,
                    Outcome.NotDone _,
                    Outcome.NoSuchParent _,
                    Outcome.NotCancelable _,
                    Outcome.PreconditionFailed _,
                    Outcome.Unknown _,
                    Outcome.Refused _,
                    Outcome.Poisoned _ ->
                    true;
              };
          if (!refused) return;
          assertThat(decision.saved()).isEmpty();
          assertThat(decision.removed()).isEmpty();
          assertThat(decision.entries()).isEmpty();
        });
  }

  private static List<Case> cases() {
    var cases = new ArrayList<Case>();
    cases.add(now("submit, same key", _ -> submit(Situation.FINGERPRINT)));
    cases.add(now("submit, same key with another request", _ -> submit(new byte[] {8})));
    cases.add(
        later(
            "submit, same key after a day",
            Situation.RESULT_KEPT,
            _ -> submit(Situation.FINGERPRINT)));
    cases.add(
        now(
            "retry",
            _ -> new Command.Submit(Situation.NEW, Situation.plain(ID), null, new byte[0])));
    cases.add(now("claim", _ -> new Command.Claim("report", Situation.OWNER, 1)));
    cases.add(
        later(
            "claim past start_by",
            Situation.START_BY,
            _ -> new Command.Claim("report", Situation.OWNER, 1)));
    cases.add(
        now("claim by an owner without a lease", _ -> new Command.Claim("report", OTHER_OWNER, 1)));
    cases.add(now("complete", s -> new Command.Complete(ID, s.epoch(), Situation.RESULT)));
    cases.add(now("complete with nothing", s -> new Command.Complete(ID, s.epoch(), null)));
    cases.add(
        now("complete, old epoch", s -> new Command.Complete(ID, s.epoch() - 1, Situation.RESULT)));
    cases.add(
        now("fail, may be retried", s -> new Command.Fail(ID, s.epoch(), BROKEN, true, null)));
    cases.add(
        now(
            "fail, retry after 30 s",
            s -> new Command.Fail(ID, s.epoch(), BROKEN, true, Duration.ofSeconds(30))));
    cases.add(
        now(
            "fail, retry after an hour",
            s -> new Command.Fail(ID, s.epoch(), BROKEN, true, Duration.ofHours(1))));
    cases.add(now("fail for good", s -> new Command.Fail(ID, s.epoch(), BROKEN, false, null)));
    cases.add(
        now("fail as before", s -> new Command.Fail(ID, s.epoch(), Situation.EARLIER, true, null)));
    cases.add(now("release", s -> new Command.Release(ID, s.epoch(), Duration.ZERO)));
    cases.add(
        now("release for 30 s", s -> new Command.Release(ID, s.epoch(), Duration.ofSeconds(30))));
    cases.add(now("completed in a transaction, says the handler", s -> new Command.Confirm(ID, s.epoch())));
    cases.add(now("detach", s -> new Command.Detach(ID, s.epoch())));
    cases.add(now("heartbeat", s -> new Command.Report(ID, s.epoch(), null)));
    cases.add(now("progress", s -> new Command.Report(ID, s.epoch(), Progress.of(1, 2, "page"))));
    cases.add(
        now(
            "log",
            s -> new Command.Append(ID, s.epoch(), Row.Chunk.Kind.LOG, null, new byte[] {1})));
    cases.add(now("suspend for a signal", s -> suspend(s, new Wait.ForSignal("approved"))));
    cases.add(
        now("suspend for an end that has come", s -> suspend(s, new Wait.ForEnd(Situation.DONE))));
    cases.add(now("signal", _ -> new Command.Signal(Situation.TENANT, ID, "approved")));
    cases.add(
        now("signal of another name", _ -> new Command.Signal(Situation.TENANT, ID, "rejected")));
    cases.add(
        now("cancel", _ -> new Command.Cancel(Situation.TENANT, ID, "no longer wanted", null)));
    cases.add(
        now(
            "cancel, If-Match of now",
            _ -> new Command.Cancel(Situation.TENANT, ID, null, Situation.REVISION)));
    cases.add(
        now("cancel, If-Match of before", _ -> new Command.Cancel(Situation.TENANT, ID, null, 1L)));
    cases.add(now("cancel by another tenant", _ -> new Command.Cancel(2, ID, null, null)));
    cases.add(now("delete", _ -> new Command.Delete(Situation.TENANT, ID, null)));
    cases.add(now("delete, If-Match of before", _ -> new Command.Delete(Situation.TENANT, ID, 1L)));
    cases.add(now("delete by another tenant", _ -> new Command.Delete(2, ID, null)));
    cases.add(look("before anything is due", 1));
    cases.add(look("delay or timer over", Situation.DELAY));
    cases.add(look("start_by over", Situation.START_BY));
    cases.add(look("silent for too long", Situation.SILENT));
    cases.add(look("attempt's time over", Situation.ATTEMPT_END));
    cases.add(look("deadline over", Situation.DEADLINE));
    cases.add(look("result's time over", Situation.RESULT_KEPT));
    cases.add(look("retention over", Situation.KEPT));
    cases.add(
        new Case("lost, but its owner lives", 1, true, _ -> new Command.Lost(ID, Situation.OWNER)));
    cases.add(new Case("lost", 1, false, _ -> new Command.Lost(ID, Situation.OWNER)));
    cases.add(new Case("lost by another owner", 1, false, _ -> new Command.Lost(ID, OTHER_OWNER)));
    cases.add(now("forget its key", _ -> new Command.Forget(Situation.KEY, ID)));
    cases.add(
        later(
            "forget its key after a day",
            Situation.RESULT_KEPT,
            _ -> new Command.Forget(Situation.KEY, ID)));
    return cases;
  }

  private static Case now(String words, Function<Situation, Command> command) {
    return later(words, 1, command);
  }

  private static Case later(String words, int at, Function<Situation, Command> command) {
    return new Case(words, at, true, command);
  }

  private static Case look(String words, int at) {
    return later("look: " + words, at, _ -> new Command.Look(ID));
  }

  private static Command submit(byte[] fingerprint) {
    return new Command.Submit(Situation.NEW, Situation.plain(null), Situation.KEY, fingerprint);
  }

  private static Command suspend(Situation situation, Wait wait) {
    return new Command.Suspend(ID, situation.epoch(), List.of(wait));
  }

  private static Decision decide(Situation situation, Case each) {
    var command = each.command().apply(situation);
    var rows = situation.rows(command, each.ownerAlive());
    return Rules.decide(command, rows, Situation.at(each.at()), Situation.dice(), (_, _) -> 99);
  }

  private interface Check {
    void on(Situation situation, Case each, Decision decision);
  }

  private static void forAll(Check check) {
    for (var situation : Situation.all()) {
      for (var each : cases()) {
        try {
          check.on(situation, each, decide(situation, each));
        } catch (AssertionError e) {
          throw new AssertionError(situation.name() + " × " + each.words(), e);
        }
      }
    }
  }

  private static Operation saved(Decision decision) {
    return find(decision, ID);
  }

  private static Operation find(Decision decision, OperationId id) {
    for (var row : decision.saved()) {
      if (row instanceof Operation operation && operation.id().equals(id)) return operation;
    }
    return null;
  }

  // ---- the table as text: per state each answer, with all commands that get it

  private static String table() {
    return Situation.all().stream().map(LifeCycleTest::section).collect(Collectors.joining("\n"));
  }

  private static String section(Situation situation) {
    Map<String, List<String>> byAnswer = new LinkedHashMap<>();
    for (var each : cases()) {
      var answer = answer(situation, each, decide(situation, each));
      byAnswer.computeIfAbsent(answer, _ -> new ArrayList<>()).add(each.words());
    }
    var text = new StringBuilder(situation.name()).append('\n');
    byAnswer.forEach(
        (answer, commands) ->
            text.append("  ").append(answer).append('\n').append(wrapped(commands)));
    return text.toString();
  }

  private static String wrapped(List<String> commands) {
    var text = new StringBuilder();
    var line = new StringBuilder("      ");
    for (var words : commands) {
      if (line.length() + words.length() > COLUMNS_MAX) {
        text.append(line.toString().stripTrailing()).append('\n');
        line.setLength(6);
      }
      line.append(words).append(words.equals(commands.getLast()) ? "\n" : " · ");
    }
    return text.append(line).toString();
  }

  private static String answer(Situation situation, Case each, Decision decision) {
    var outcome =
        switch (decision.outcome()) {
          case Outcome.Accepted _ -> "accepted as a new operation";
          case Outcome.Seen _ -> "the same operation again";
          case Outcome.KeyReused _ -> "refused: key reused";
          case Outcome.Claimed(var attempts) when attempts.isEmpty() -> "nothing to claim";
          case Outcome.Claimed _, Outcome.Moved _ -> "→";
          case Outcome.Unchanged _ -> "unchanged";
          case Outcome.Stale _ -> "refused: lease lost";
          case Outcome.NotDone _ -> "refused: not done";
          case Outcome.NoSuchParent _ -> "refused: no such parent";
          case Outcome.NotCancelable _ -> "refused: not cancelable";
          case Outcome.PreconditionFailed _ -> "refused: precondition failed";
          case Outcome.Gone _ -> "gone";
          case Outcome.Unknown _ -> "unknown";
          case Outcome.Written _ -> "done";
          case Outcome.Refused(var why, _) -> "refused: " + why;
          case Outcome.Poisoned _ -> "refused: poisoned";
        };
    var parts = new ArrayList<String>();
    parts.add(outcome + changes(situation, saved(decision), Situation.at(each.at())));
    for (var row : decision.saved()) {
      switch (row) {
        case Operation next
            when next.id().equals(Situation.NEXT) && next.state() instanceof State.Queued ->
            parts.add("lane's next may start");
        case Operation parent when parent.id().equals(Situation.PARENT) ->
            parts.add("parent wakes");
        case Row.Tombstone _ -> parts.add("tombstone left");
        case Row.Chunk _ -> parts.add("a log line");
        case Row.Idem idem when idem.operation().equals(ID) ->
            parts.add("key kept " + after(idem.until(), each.at()));
        case Operation _, Row.Owner _, Row.Doc _, Row.Idem _, Row.Lane _, Row.HandedOver _, Row.Completion _ -> {}
      }
    }
    if (decision.removed().contains(Situation.KEY)) parts.add("key forgotten");
    if (decision.removed().contains(ID) && decision.saved().isEmpty()) parts.add("nothing left");
    return String.join(", ", parts);
  }

  private static String changes(Situation situation, Operation after, Instant now) {
    var before = situation.subject();
    if (before == null || after == null) return "";
    var text = new StringBuilder();
    text.append(' ')
        .append(after.state().equals(before.state()) ? "as before" : state(after.state(), now));
    if (after.moment().attempt() != before.moment().attempt()) {
      text.append(", attempt ").append(after.moment().attempt());
    }
    if (after.moment().epoch() != before.moment().epoch())
      text.append(", epoch ").append(after.moment().epoch());
    if (after.moment().cancelRequested()
        && after.state() instanceof State.Succeeded
        && !before.done()) {
      text.append(", cancel requested");
    }
    if (!after.state().isFinal()
        && after.moment().lastError() != null
        && !after.moment().lastError().equals(before.moment().lastError())) {
      text.append(", last error ").append(after.moment().lastError().code());
    }
    if (after.progress() != before.progress()) text.append(", progress");
    if (after.retriedAs() != before.retriedAs()) text.append(", retried as that one");
    if (after.resultGone() != before.resultGone()) text.append(", result gone");
    if (after.revision() == before.revision()) text.append(" (not visible)");
    return text.toString();
  }

  private static String state(State state, Instant now) {
    return switch (state) {
      case State.Scheduled(var until) -> "scheduled in " + seconds(now, until);
      case State.Blocked _ -> "queued, blocked";
      case State.Queued _ -> "queued";
      case State.Running(var owner, var endsAt, var silentAt) ->
          "running" + attempt(owner, now, endsAt, silentAt);
      case State.Waiting _ -> "waiting";
      case State.Canceling(var owner, var endsAt, var silentAt, _) ->
          "canceling" + attempt(owner, now, endsAt, silentAt);
      case State.Succeeded(var result) ->
          result == null ? "succeeded without a result" : "succeeded";
      case State.Failed(var failure, var dead) ->
          "failed with " + failure.code() + (dead ? ", dead letter" : "");
      case State.Canceled _ -> "canceled";
    };
  }

  private static String attempt(long owner, Instant now, Instant endsAt, Instant silentAt) {
    var leased = owner == 0 ? " without a lease" : "";
    return "%s until %s, silent until %s"
        .formatted(leased, seconds(now, endsAt), seconds(now, silentAt));
  }

  private static String after(Instant until, int now) {
    return "for " + seconds(Situation.at(now), until);
  }

  private static String seconds(Instant from, Instant to) {
    return Duration.between(from, to).toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
