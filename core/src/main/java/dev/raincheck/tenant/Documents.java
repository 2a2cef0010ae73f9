package dev.raincheck.tenant;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Documents: read from the store, changed through the ledger, one at a time. */
final class Documents {
  /** Who changes configuration can wait for a slow disk, but not for ever. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often one change is tried again because others changed the same document. */
  static final int TRIES_MAX = 20;

  /** When to come back after that. */
  static final Duration CROWDED = Duration.ofSeconds(1);

  private final Ledger ledger;
  private final Store store;

  Documents(Ledger ledger, Store store) {
    this.ledger = ledger;
    this.store = store;
  }

  sealed interface Put {
    record Written(long version) implements Put {}

    /** It is not at the version that was named: read it again. */
    record Changed() implements Put {}

    /** Nothing was written. */
    record Busy(Duration retryAfter) implements Put {}
  }

  Optional<Row.Doc> find(Key.Doc key) {
    return store.read(reader -> reader.doc(key));
  }

  record Kinds(List<Row.Doc> first, List<Row.Doc> second) {}

  /** All documents of two kinds, as they were at one moment. */
  Kinds all(String first, String second) {
    return store.read(
        reader -> new Kinds(reader.system().docs(first), reader.system().docs(second)));
  }

  /**
   * @param body null to remove it
   * @throws StoreException if nobody knows whether it was written
   */
  Put put(Key.Doc key, long ifVersion, byte @Nullable [] body) {
    var outcome = outcome(new Command.Put(key, ifVersion, body));
    return switch (outcome) {
      case Outcome.Written(long version) -> new Put.Written(version);
      case Outcome.PreconditionFailed() -> new Put.Changed();
      case Outcome.Refused(_, var retryAfter) -> new Put.Busy(retryAfter);
      case Outcome.Poisoned(var why) ->
          throw new StoreException("the store refuses the document: " + why);
      case Outcome.Accepted _,
          Outcome.Seen _,
          Outcome.KeyReused _,
          Outcome.Claimed _,
          Outcome.Moved _,
          Outcome.Unchanged _,
          Outcome.Stale _,
          Outcome.NotDone _,
          Outcome.NoSuchParent _,
          Outcome.NotCancelable _,
          Outcome.Gone _,
          Outcome.Unknown _,
          Outcome.Published _,
          Outcome.NotPublishable _,
          Outcome.Emptied _ ->
          throw new IllegalStateException("no answer to a put: " + outcome);
    };
  }

  private Outcome outcome(Command command) {
    try {
      return ledger.hand(command).get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreException known) throw known;
      throw new StoreException("the ledger failed unexpectedly", e);
    } catch (TimeoutException e) {
      throw new StoreException("the commit takes longer than " + PATIENCE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted before the outcome of the commit was known", e);
    }
  }
}
