package dev.raincheck.testkit;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Failure;
import dev.raincheck.ledger.FailureCode;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Progress;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Submission;
import dev.raincheck.ledger.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Commands that could come in any order from clients, workers and chores; mostly sensible, some not
 * at all.
 */
final class RandomCommands {
  private static final int OPERATIONS_MAX = 14;
  private static final int OWNERS = 3;

  private final RandomGenerator dice;
  private final long seed;
  private final Known known;
  private final List<Promise> promises = promises();
  private List<Operation> standing = List.of();
  private Instant now = Instant.EPOCH;
  private int made;

  RandomCommands(long seed) {
    this.seed = seed;
    this.dice = Seeds.dice(seed);
    int tenant = (int) seed * 10;
    known = new Known(List.of(tenant, tenant + 1), List.of("a" + seed, "b" + seed));
    for (int n = 0; n < OWNERS; n++) known.add(new Key.Owner(owner(n)));
  }

  Known known() {
    return known;
  }

  /** Some commands that come at once. */
  List<Command> next(Instant at, List<Operation> operations) {
    now = at;
    standing = operations;
    var commands = new ArrayList<Command>();
    for (int n = 1 + dice.nextInt(5); n > 0; n--) commands.add(one());
    return commands;
  }

  /** Every session, alive or just over. */
  List<Command> sessions() {
    List<Command> renewals = new ArrayList<>();
    for (int n = 0; n < OWNERS; n++) {
      renewals.add(new Command.Renew(owner(n), Duration.ofSeconds(dice.nextInt(20))));
    }
    return renewals;
  }

  private Command one() {
    return switch (dice.nextInt(20)) {
      case 0, 1, 2, 3 -> made < OPERATIONS_MAX ? submit() : claim();
      case 4, 5, 6, 7 -> claim();
      case 8, 9, 10, 11, 12, 13 -> ofAttempt();
      case 14 ->
          new Command.Renew(owner(dice.nextInt(OWNERS)), Duration.ofSeconds(5 + dice.nextInt(60)));
      case 15 ->
          new Command.Cancel(
              tenant(), any(), dice.nextBoolean() ? "no longer wanted" : null, revision());
      case 16 -> new Command.Delete(tenant(), any(), revision());
      case 17 -> new Command.Signal(tenant(), any(), dice.nextBoolean() ? "yes" : "no");
      case 18 -> put();
      default ->
          dice.nextBoolean()
              ? new Command.Look(any())
              : new Command.Lost(any(), owner(dice.nextInt(OWNERS)));
    };
  }

  private Command submit() {
    var id = new OperationId(now.toEpochMilli() << 16, seed << 16 | ++made);
    known.add(id);
    int tenant = tenant();
    var promise = promises.get(dice.nextInt(promises.size()));
    var lane =
        switch (dice.nextInt(4)) {
          case 0 -> "one";
          case 1 -> "two";
          default -> null;
        };
    var key = dice.nextBoolean() ? "k" + dice.nextInt(4) : null;
    var submission =
        new Submission(
            tenant,
            "t" + seed,
            known.queues().get(dice.nextInt(2)),
            lane,
            "two".equals(lane) ? 2 : 1,
            dice.nextInt(10),
            sometimes(5, 60),
            sometimes(6, 120),
            dice.nextInt(5) == 0 ? seconds(600) : null,
            payload(),
            Map.of(),
            dice.nextBoolean() ? List.of("red") : List.of(),
            null,
            null,
            null,
            key,
            dice.nextInt(6) == 0 ? any() : null,
            dice.nextInt(8) == 0 ? any() : null,
            promise);
    if (submission.laneKey() != null) known.add(submission.laneKey());
    if (key == null) return new Command.Submit(id, submission, null, new byte[0]);
    var idem = new Key.Idem(tenant, "t" + seed, key);
    known.add(idem);
    return new Command.Submit(
        id, submission, idem, new byte[] {(byte) (dice.nextInt(4) == 0 ? 1 : 0)});
  }

  private Command claim() {
    var queue = known.queues().get(dice.nextInt(2));
    int limit = known.isLimited(queue) ? 1 + dice.nextInt(5) : Command.Claim.NO_LIMIT;
    return new Command.Claim(queue, owner(dice.nextInt(OWNERS)), 1 + dice.nextInt(3), limit);
  }

  private Command ofAttempt() {
    var held = standing.stream().filter(operation -> operation.state().heldBy() != null).toList();
    var id =
        held.isEmpty() || dice.nextInt(6) == 0 ? any() : held.get(dice.nextInt(held.size())).id();
    long epoch = epochOf(id) + (dice.nextInt(8) == 0 ? dice.nextInt(3) - 1 : 0);
    var failure = failure();
    return switch (dice.nextInt(10)) {
      case 0, 1, 2 -> new Command.Complete(id, epoch, payload());
      case 3 -> new Command.Fail(id, epoch, failure, true, dice.nextBoolean() ? null : seconds(90));
      case 4 -> new Command.Fail(id, epoch, failure, false, null);
      case 5 -> new Command.Release(id, epoch, dice.nextBoolean() ? Duration.ZERO : seconds(30));
      case 6 -> new Command.Detach(id, epoch);
      case 7 ->
          new Command.Report(
              id, epoch, dice.nextBoolean() ? null : Progress.of(dice.nextInt(9), 9, null));
      case 8 ->
          new Command.Append(
              id, epoch, Row.Chunk.Kind.LOG, null, AnOperation.bytes(dice.nextInt(50)));
      default -> new Command.Suspend(id, epoch, waits());
    };
  }

  private List<Wait> waits() {
    List<Wait> waits = new ArrayList<>();
    if (dice.nextBoolean()) waits.add(new Wait.ForSignal("yes"));
    if (dice.nextBoolean()) waits.add(new Wait.ForTime(now.plus(seconds(60))));
    if (dice.nextInt(3) == 0) waits.add(new Wait.ForEnd(any()));
    return waits;
  }

  private Command put() {
    var doc = new Key.Doc(tenant(), "kind" + seed, "d" + dice.nextInt(2));
    known.add(doc);
    return new Command.Put(
        doc, dice.nextInt(3), dice.nextInt(4) == 0 ? null : AnOperation.bytes(dice.nextInt(2000)));
  }

  private long epochOf(OperationId id) {
    for (var operation : standing) if (operation.id().equals(id)) return operation.moment().epoch();
    return 1;
  }

  /** Something that was asked for, or never. */
  private OperationId any() {
    var ids = known.operations();
    if (ids.isEmpty() || dice.nextInt(30) == 0) return new OperationId(1, seed);
    return ids.get(dice.nextInt(ids.size()));
  }

  private @Nullable Long revision() {
    return dice.nextInt(4) == 0 ? Long.valueOf(1 + dice.nextInt(4)) : null;
  }

  private int tenant() {
    return known.tenants().get(dice.nextInt(4) == 0 ? 1 : 0);
  }

  private long owner(int n) {
    return seed * 10 + n + 1;
  }

  private @Nullable Instant sometimes(int oneIn, int secondsMax) {
    return dice.nextInt(oneIn) == 0 ? now.plus(seconds(secondsMax)) : null;
  }

  private Duration seconds(int max) {
    return Duration.ofMillis(1 + dice.nextInt(max * 1000));
  }

  private @Nullable Payload payload() {
    return switch (dice.nextInt(4)) {
      case 0 -> null;
      case 1 ->
          new Payload.Inline(AnOperation.bytes(Payload.INLINE_MAX + dice.nextInt(3)), "text/plain");
      default -> new Payload.Inline(AnOperation.bytes(dice.nextInt(40)), "application/json");
    };
  }

  private Failure failure() {
    return (dice.nextBoolean() ? FailureCode.TARGET_FAILED : FailureCode.TARGET_REJECTED)
        .because("a test says so");
  }

  private static List<Promise> promises() {
    var plain = Promise.DEFAULT;
    var day = Duration.ofDays(1);
    return List.of(
        new Promise(
            2,
            plain.backoff(),
            false,
            true,
            plain.deadLetters(),
            Duration.ofSeconds(60),
            null,
            Duration.ofHours(1),
            null,
            Duration.ofDays(2),
            null,
            day),
        new Promise(
            3,
            plain.backoff(),
            false,
            true,
            Set.of(Promise.DeadLetter.values()),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofHours(3),
            Duration.ofHours(1),
            day),
        new Promise(
            1,
            plain.backoff(),
            true,
            false,
            plain.deadLetters(),
            Duration.ofSeconds(20),
            null,
            Duration.ofHours(2),
            null,
            day,
            Duration.ofSeconds(30),
            Duration.ofMinutes(1)));
  }
}
