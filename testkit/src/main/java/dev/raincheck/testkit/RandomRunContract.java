package dev.raincheck.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import dev.raincheck.testkit.Faults.Fault;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * What the engine does over any store: the same as over {@link MemoryStore}, command by command and
 * row by row, whatever comes, fails or restarts in between.
 */
public abstract class RandomRunContract {
  private static final int STEPS = 25;
  private static final int CHORES_MAX = 20;

  /** As in {@link StoreContract}: empty at first, later what was committed. */
  protected abstract Store open(InstantSource clock);

  /** How many random runs; what a store can do in about ten seconds. */
  protected int runs() {
    return 200;
  }

  @Test
  void random_runs_leave_the_same_state_as_in_memory() {
    var clock = new ManualClock(AnOperation.EPOCH);
    var memory = new Memory(clock);
    var totals = new int[3];
    Seeds.each(
        runs(),
        seed -> {
          var tried = new Faults();
          var specified = new Faults();
          try (var real = new EngineRun(this::open, clock, tried, seed, seed * 1000);
              var reference = new EngineRun(memory::open, clock, specified, seed, seed * 1000)) {
            var run = new Run(seed, clock, real, reference, tried, specified);
            run.play();
            totals[0] += run.witness.count();
            totals[1] += run.witness.dispatches();
            totals[2]++;
          }
        });
    // A run in which nothing happens proves nothing.
    assertThat(totals[0]).as("accepted operations").isGreaterThan(totals[2]);
    assertThat(totals[1]).as("attempts").isGreaterThan(totals[2]);
  }

  /** A memory store that is opened again and again. */
  private static final class Memory {
    private MemoryStore store;

    Memory(InstantSource clock) {
      store = new MemoryStore(clock);
    }

    Store open(InstantSource clock) {
      store = store.reopened(clock);
      return store;
    }
  }

  /** One random run over two stores at once. */
  private static final class Run {
    private final ManualClock clock;
    private final EngineRun real;
    private final EngineRun reference;
    private final List<Faults> faults;
    private final RandomGenerator dice;
    private final RandomCommands commands;
    final Witness witness = new Witness();

    Run(
        long seed,
        ManualClock clock,
        EngineRun real,
        EngineRun reference,
        Faults tried,
        Faults specified) {
      this.clock = clock;
      this.real = real;
      this.reference = reference;
      this.faults = List.of(tried, specified);
      this.dice = Seeds.dice(-seed);
      this.commands = new RandomCommands(seed);
    }

    void play() {
      for (int step = 0; step < STEPS; step++) {
        disturb();
        perform(commands.next(clock.instant(), standing()));
        if (step % 3 == 0) perform(chores());
        witness.saw(real.everything(commands.known()));
        if (step % 4 == 0) compare();
        clock.advance(Duration.ofMillis(dice.nextInt(dice.nextInt(5) == 0 ? 60_000 : 4_000)));
      }
      faults.forEach(Faults::heal);
      letTimePass();
    }

    /** Restarts, transactions that are given up, and commits that go wrong. */
    private void disturb() {
      switch (dice.nextInt(20)) {
        case 0 -> {
          real.restart();
          reference.restart();
          // An embedded store forgets the sessions of the process that ended, a shared one cannot: so
          // their renewal must not fail in one of the two.
          faults.forEach(Faults::heal);
          var sessions = commands.sessions();
          while (!perform(sessions)) assertThat(faults.getFirst().struck()).isTrue();
        }
        case 1 -> real.touchAndRollBack(commands.known());
        case 2 -> nextCommit(Fault.AGAIN);
        case 3 -> nextCommit(Fault.UNSURE_LOST);
        case 4 -> nextCommit(Fault.UNSURE_KEPT);
        case 5 -> nextCommit(Fault.FULL);
        default -> {}
      }
      var ids = commands.known().operations();
      if (dice.nextInt(15) == 0 && !ids.isEmpty()) {
        var id = ids.get(dice.nextInt(ids.size()));
        faults.forEach(each -> each.poison(id));
      }
    }

    private void nextCommit(Fault fault) {
      faults.forEach(each -> each.atCommit(each.commits() + 1, fault));
    }

    private List<Command> chores() {
      var nominated = real.chores(CHORES_MAX);
      assertThat(Dump.lines(nominated)).isEqualTo(Dump.lines(reference.chores(CHORES_MAX)));
      return nominated;
    }

    /** Whether the store answered all of them, as it should unless it was out of room. */
    private boolean perform(List<Command> list) {
      var answers = real.run(list);
      assertThat(Dump.lines(answers)).isEqualTo(Dump.lines(reference.run(list)));
      // The ledger takes what ends work before what adds some.
      for (boolean submits : new boolean[] {false, true}) {
        for (int n = 0; n < list.size(); n++) {
          if (list.get(n) instanceof Command.Submit == submits) {
            witness.heard(list.get(n), answers.get(n), clock.instant());
          }
        }
      }
      return answers.stream().allMatch(Optional::isPresent);
    }

    private List<Operation> standing() {
      return reference.everything(commands.known()).rows().values().stream()
          .filter(Operation.class::isInstance)
          .map(Operation.class::cast)
          .sorted(Comparator.comparing(Operation::id))
          .toList();
    }

    private void compare() {
      var known = commands.known();
      assertThat(real.dump(known)).isEqualTo(reference.dump(known));
      for (int tenant : known.tenants()) witness.read(tenant, real.log(tenant));
    }

    /** When nobody comes any more, everything ends, expires and is forgotten. */
    private void letTimePass() {
      for (int passes = 0; ; passes++) {
        assertThat(passes).as("chores that never come to an end").isLessThan(500);
        var due = real.nextDue();
        due.filter(at -> at.isAfter(clock.instant())).ifPresent(clock::set);
        if (due.isEmpty()) clock.advance(Duration.ofDays(1));
        var nominated = chores();
        perform(nominated);
        witness.saw(real.everything(commands.known()));
        if (due.isEmpty() && nominated.isEmpty()) break;
      }
      compare();
      var left = real.everything(commands.known()).rows().values();
      assertThat(left).allMatch(row -> row instanceof Row.Owner || row instanceof Row.Doc);
    }
  }
}
