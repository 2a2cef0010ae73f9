package dev.raincheck.operation;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Nominates what time has made due: delays that are over, time-outs, expiry, lost leases, old keys. It reads
 * without locks; the ledger looks again under them, so a late or double nomination does nothing.
 */
final class DueWork {
  /** One pass: a full batch of the ledger's. */
  private static final int PASS_MAX = 500;

  private final Ledger ledger;
  private final Store store;
  private final long owner;
  private final BooleanSupplier mayTakeOver;

  /** @param mayTakeOver whether a lapsed lease means that its owner is gone */
  DueWork(Ledger ledger, Store store, long owner, BooleanSupplier mayTakeOver) {
    this.ledger = ledger;
    this.store = store;
    this.owner = owner;
    this.mayTakeOver = mayTakeOver;
  }

  int lookAtDue(Instant now) {
    return nominate(store.read(reader -> reader.system().due(now, PASS_MAX)), Command.Look::new);
  }

  /** A living process keeps its own attempts, however late its renewal is. */
  int giveBackLost(Instant now) {
    if (!mayTakeOver.getAsBoolean()) return 0;
    var lost =
        store.read(reader -> reader.system().orphans(now, PASS_MAX)).stream()
            .filter(orphan -> orphan.owner() != owner)
            .toList();
    return nominate(lost, orphan -> new Command.Lost(orphan.operation(), orphan.owner()));
  }

  int forgetKeys(Instant now) {
    return nominate(
        store.read(reader -> reader.system().staleKeys(now, PASS_MAX)),
        row -> new Command.Forget(row.key(), row.operation()));
  }

  /** Waits for the outcomes, so that the next pass does not find the same again. */
  private <T> int nominate(List<T> found, Function<T, Command> command) {
    var answers = found.stream().map(one -> ledger.hand(command.apply(one))).toList();
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
    return found.size();
  }

  /** Ends the chore's rest when a commit leaves something that is due sooner than its next pass. */
  static final class Watch implements Commit.Listener {
    private final InstantSource clock;
    private final Duration rest;
    private final BiConsumer<Duration, Runnable> alarm;
    private final Runnable wake;
    private volatile long nextMillis = Long.MAX_VALUE;

    /** @param alarm runs an action after a while */
    Watch(InstantSource clock, Duration rest, BiConsumer<Duration, Runnable> alarm, Runnable wake) {
      this.clock = clock;
      this.rest = rest;
      this.alarm = alarm;
      this.wake = wake;
    }

    @Override
    public void committed(Commit commit) {
      long soonest = Long.MAX_VALUE;
      for (var change : commit.changes()) {
        var due = change.after().due();
        if (due != null) soonest = Math.min(soonest, due.toEpochMilli());
      }
      at(soonest);
    }

    /** What the store says is or was due next; null if nothing is. */
    void isDue(@Nullable Instant next) {
      if (next != null) at(next.toEpochMilli());
    }

    private void at(long soonest) {
      if (soonest >= nextMillis) return;
      long delay = soonest - clock.millis();
      if (delay >= rest.toMillis()) return; // The next pass will find it.
      nextMillis = soonest;
      alarm.accept(Duration.ofMillis(Math.max(0, delay)), this::ring);
    }

    private void ring() {
      nextMillis = Long.MAX_VALUE;
      wake.run();
    }
  }
}
