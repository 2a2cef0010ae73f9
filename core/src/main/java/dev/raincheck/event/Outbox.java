package dev.raincheck.event;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.pace.Alarms;
import dev.raincheck.pace.Pacemaker;
import dev.raincheck.tenant.Tenants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what applications put into the outbox into the log, a bounded part at a time. It only nominates: which
 * rows are still there, and who may take them, is decided under the ledger's locks, so the outboxes of several
 * nodes may work at the same time. It looks often while there is something, and seldom while there is not.
 */
public final class Outbox implements AutoCloseable {
  /** A nudge comes within seconds when there is something; this is for the one that was lost. */
  private static final Duration REST = Duration.ofMinutes(1);

  /** The heartbeat looks as often as this, so that nobody else need. */
  private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

  /** The first pause after an event; each that follows without one is twice as long. */
  private static final Duration PAUSE_FIRST = Duration.ofMillis(25);

  private static final int ROWS_MAX = 250;
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final Ledger ledger;
  private final Store store;
  private final Tenants tenants;
  private final Alarms alarms;
  private final Pacemaker pace;
  private final Runnable nudge;
  private final AtomicLong published = new AtomicLong();
  private final AtomicLong aside = new AtomicLong();
  private Duration pause = PAUSE_MAX;
  private volatile @Nullable Instant oldest;

  public Outbox(Ledger ledger, Store store, Tenants tenants, Alarms alarms, InstantSource clock) {
    this.ledger = ledger;
    this.store = store;
    this.tenants = tenants;
    this.alarms = alarms;
    pace = new Pacemaker("outbox", clock);
    nudge = pace.every(REST, "move the outbox into the log", this::runOnce);
  }

  /** Begins, if the store has an outbox. */
  public void start() {
    if (store.hasOutbox()) pace.start();
  }

  /** There may be something in it. */
  public void nudge() {
    nudge.run();
  }

  /** Events that this node has moved into the log. */
  public long published() {
    return published.get();
  }

  /** Rows that this node has set aside, because they could not be published. */
  public long setAside() {
    return aside.get();
  }

  /** When the event was put in that waits the longest, as of the last look; null if none waits. */
  public @Nullable Instant oldest() {
    return oldest;
  }

  // ---- a pass

  /** Moves what there is; bounded. */
  int runOnce(Instant now) {
    var waiting = store.read(reader -> reader.system().outbox(ROWS_MAX));
    oldest = waiting.isEmpty() ? null : waiting.getFirst().at();
    int moved = waiting.isEmpty() ? 0 : move(numbers(waiting));
    lookAgain(moved > 0);
    return moved;
  }

  private static List<Long> numbers(List<Reader.Waiting> waiting) {
    var numbers = new ArrayList<Long>(waiting.size());
    long bytes = 0;
    for (var row : waiting) {
      bytes += row.bytes();
      if (bytes > Command.MoveOutbox.BYTES_MAX && !numbers.isEmpty()) break;
      numbers.add(row.number());
    }
    return numbers;
  }

  /** A tenant that this node has not heard of may be new. */
  private int move(List<Long> numbers) {
    var first = emptied(new Command.MoveOutbox(numbers, tenants.all(), false));
    int moved = count(first);
    if (!first.unknown()) return moved;
    return moved + count(emptied(new Command.MoveOutbox(numbers, tenants.allNow(), true)));
  }

  private Outcome.Emptied emptied(Command.MoveOutbox command) {
    // Refused, or the database refuses a value that it has itself given: either way it is tried again later.
    return ledger.hand(command).join() instanceof Outcome.Emptied emptied
        ? emptied
        : new Outcome.Emptied(0, List.of(), false);
  }

  private int count(Outcome.Emptied emptied) {
    published.addAndGet(emptied.published());
    aside.addAndGet(emptied.aside().size());
    for (var row : emptied.aside()) {
      LOG.warn("row {} of the outbox is set aside and not published: {}", row.number(), row.problem());
    }
    return emptied.published() + emptied.aside().size();
  }

  /** Where there was something there is often more to come. */
  private void lookAgain(boolean found) {
    if (found) {
      pause = PAUSE_FIRST;
      return; // The pacemaker comes again at once.
    }
    pause = pause.multipliedBy(2);
    if (pause.compareTo(PAUSE_MAX) >= 0) {
      pause = PAUSE_MAX;
      return;
    }
    try {
      var unused = alarms.after(pause, nudge);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the outbox is closing");
    }
  }

  /** Waits for the pass in progress. */
  @Override
  public void close() {
    pace.close();
  }
}
