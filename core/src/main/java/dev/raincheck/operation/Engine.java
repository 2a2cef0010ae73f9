package dev.raincheck.operation;

import dev.raincheck.blob.Blobs;
import dev.raincheck.event.Archive;
import dev.raincheck.event.Feed;
import dev.raincheck.event.Topics;
import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Ranks;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.pace.Alarms;
import dev.raincheck.pace.Chore;
import dev.raincheck.pace.Ids;
import dev.raincheck.pace.Pacemaker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that makes operations happen on this node. {@link dev.raincheck.Raincheck} builds one. */
public final class Engine implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration FORGET_EVERY = Duration.ofSeconds(10);

  /** How long the log can be read back, at least. */
  private static final Duration LOG_KEPT = Duration.ofDays(7);

  private static final Duration COUNT_EVERY = Duration.ofMinutes(1);

  /** How old a count that others change may be. */
  private static final Duration COUNT_SHARED_EVERY = Duration.ofSeconds(10);

  /** A count out of turn rests for as many times as long as the last one took. */
  private static final int COUNT_REST = 10;

  /** A shared store is asked for work by the heartbeat; this is for what even that may have missed. */
  private static final Duration LOOK_SHARED_EVERY = Duration.ofMinutes(1);

  /** While nobody commits anything, keys still grow old. */
  private static final Duration FORGET_WHEN_QUIET_EVERY = Duration.ofMinutes(5);

  private static final Duration FLUSH_EVERY = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final Ledger ledger;
  private final Store store;
  private final long owner;
  private final Pacemaker chores;
  private final Pacemaker leases;
  private final Lease lease;
  private final @Nullable Heartbeat heartbeat;
  private final Alarms alarms;
  private final Dispatcher dispatcher;
  private final Depths depths = new Depths();
  private final Waits waits = new Waits();
  private final Feed feed;
  private final Operations operations;
  private final Blobs blobs;
  private final Pacemaker blobChores;
  private long countAgainFrom = System.nanoTime(); // used by one chore at a time
  private final Handover handover;
  private final Pacemaker handovers;

  /**
   * @param ledger makes the node's ledger with these ranks
   * @param dice for jitter; used by many threads
   * @param owner this process's session: a number never used before
   */
  public Engine(
      Types types,
      Store store,
      Blobs blobs,
      Function<Ranks, Ledger> ledger,
      InstantSource clock,
      Ids ids,
      Alarms alarms,
      RandomGenerator dice,
      long owner) {
    var ranks = new FairRanks(clock);
    this.ledger = ledger.apply(ranks);
    this.store = store;
    this.owner = owner;
    this.alarms = alarms;
    dispatcher = new Dispatcher(types, this.ledger, store, blobs, clock, alarms, dice, owner);
    handover = new Handover(types, this.ledger, store);
    handovers = new Pacemaker("handed over", store.clock());
    var lookAtHandedOver =
        handovers.every(LOOK_SHARED_EVERY, "take over what applications handed over", handover::runOnce);
    handover.comesBack(alarms::after, lookAtHandedOver);
    operations =
        new Operations(types, this.ledger, store, blobs, ids, depths, waits, handover, lookAtHandedOver);

    lease = new Lease(this.ledger, owner, System::nanoTime);
    leases = new Pacemaker("leases", clock);
    chores = new Pacemaker("chores", store.clock());
    var shared = store.shared().orElse(null);
    if (shared == null) {
      feed = new Feed(store, clock);
      heartbeat = null;
    } else {
      feed = new Feed(store, clock, owner, List.of(new OtherNodes(store, owner, List.of(waits, dispatcher))));
      heartbeat = new Heartbeat(shared, lease, owner);
      shared.whenOthersCommit(this::othersHaveCommitted);
    }
    addChores(heartbeat);
    // On a thread of their own: removing gigabytes takes its time, and leases must not wait for it.
    this.blobs = blobs;
    blobChores = new Pacemaker("blobs", clock);
    blobChores.every(LOOK_EVERY, "remove blobs that were dropped", blobs::removeDropped);
    blobChores.every(COUNT_EVERY, "sweep blobs that nothing refers to", blobs::sweep);
    blobChores.every(COUNT_EVERY, "count blobs", blobs::count);

    this.ledger.listen(ranks);
    this.ledger.listen(depths);
    this.ledger.listen(dispatcher);
    this.ledger.listen(waits);
    this.ledger.listen(feed);
    this.ledger.listen(blobs);
    this.ledger.claims(dispatcher);
  }

  /** @param beats what asks a shared store for work; null when only this node can have left any */
  private void addChores(@Nullable Heartbeat beats) {
    // What is due is due by the store's clock, whatever this machine's shows.
    var due = new DueWork(ledger, store, owner, lease::othersHadTheirChance);
    var look = beats == null ? LOOK_EVERY : LOOK_SHARED_EVERY;
    var lookNow = chores.every(look, "look at what is due", due::lookAtDue);
    var lapses = new Lapses(due::giveBackLost, lease::othersHadTheirChance);
    var giveBackNow = chores.every(look, "give back what lost owners held", lapses);
    chores.every(FORGET_EVERY, "forget old keys", sparing(due::forgetKeys));
    chores.every(FORGET_EVERY, "forget the old log", sparing(this::trim));
    chores.every(beats == null ? COUNT_EVERY : COUNT_SHARED_EVERY, "count what waits", sparing(_ -> count()));
    chores.every(FLUSH_EVERY, "record what attempts told", dispatcher::flush);
    chores.every(LOOK_EVERY, "record what the store had no room for", dispatcher::record);
    chores.every(LOOK_EVERY, "look for hogs", new HogDetector(dispatcher::onVirtualThreads)::look);

    var watch = new DueWork.Watch(store.clock(), beats == null ? LOOK_EVERY : Heartbeat.EVERY, alarms::after, lookNow);
    ledger.listen(watch);
    if (beats == null) {
      chores.every(LOOK_EVERY, "look for work", _ -> lookForWork());
      leases.every(Lease.RENEW_EVERY, "renew the lease", _ -> renew());
      return;
    }
    chores.every(LOOK_EVERY, "count what fills up", _ -> depths.isFilling() ? countAgain() : 0);
    beats.each(pulse -> feed.endsAt(pulse.logEnd()));
    beats.each(pulse -> watch.isDue(pulse.nextDue()));
    beats.each(pulse -> { if (lapses.callsFor(pulse)) giveBackNow.run(); });
    beats.each(_ -> { if (beats.hasMoved()) dispatcher.lookForWork(); });
    beats.each(pulse -> { if (pulse.renewed()) dispatcher.leaseIsRenewed(); });
    chores.every(look, "look for work", _ -> lookForWork());
    beats.each(pulse -> { if (pulse.handedOver()) operations.lookAtHandedOver(); });
    leases.every(Heartbeat.EVERY, "ask what there is to do", beats::runOnce);
  }

  private void othersHaveCommitted(boolean readyWork) {
    feed.nudge();
    dispatcher.othersHaveCommitted(readyWork);
  }

  private int lookForWork() {
    dispatcher.lookForWork();
    return 0;
  }

  public Operations operations() {
    return operations;
  }

  public Blobs blobs() {
    return blobs;
  }

  public Ledger ledger() {
    return ledger;
  }

  /** Tells those who follow operations what happened. */
  public Feed feed() {
    return feed;
  }

  /** What happened, to be read back. */
  public Archive archive() {
    return new Archive(store);
  }

  /** Published events, to be read back. */
  public Topics topics() {
    return new Topics(store);
  }

  public Alarms alarms() {
    return alarms;
  }

  /** Before {@link #start}: told when documents have changed, whichever node has changed them. */
  public void whenDocumentsChange(Runnable action) {
    if (heartbeat != null) heartbeat.each(new DocumentWatch(action));
  }

  /** Before {@link #start}: run whenever there is something in the store's outbox, and soon after it came there. */
  public void whenMail(Runnable action) {
    if (heartbeat != null) heartbeat.each(pulse -> { if (pulse.mail()) action.run(); });
  }

  /** Whether the store did not answer when it was asked last; it may answer again. */
  public boolean isStoreAway() {
    return heartbeat != null && heartbeat.isAway();
  }

  /** How many attempts are under way on this node. */
  public int underWay() {
    return dispatcher.underWay();
  }

  /** How each queue's slots on this node are used. */
  public List<Slots.Use> slots() {
    return dispatcher.slots();
  }

  /** What waits and runs, by type, as the store counts it. */
  public List<Reader.Depth> depths() {
    return store.read(reader -> reader.system().depths());
  }

  /** Before {@link #start}: told of each commit. */
  public void listen(Commit.Listener listener) {
    ledger.listen(listener);
  }

  /** Before {@link #start}: who knows the tenants that applications name when they hand work over. */
  public void tenants(TenantNumbers numbers) {
    handover.with(numbers);
  }

  /** The ledger first, then a lease, then what needs one. */
  public void start() {
    ledger.start();
    lease.renew().join();
    leases.start();
    chores.start();
    feed.start();
    if (heartbeat != null) handovers.start();
    blobChores.start();
    ledger.nudge();
  }

  private int renew() {
    var unused = lease.renew();
    return 0;
  }

  /** A chore about what commits leave behind rests for longer while nobody commits anything. */
  private Chore sparing(Chore chore) {
    var beats = heartbeat;
    return beats == null ? chore : new SparingChore(chore, beats::isQuiet, FORGET_WHEN_QUIET_EVERY);
  }

  private int trim(Instant now) {
    var unused = ledger.hand(new Command.Trim(now.minus(LOG_KEPT)));
    return 0;
  }

  private int count() {
    long began = System.nanoTime();
    depths.set(depths());
    long ended = System.nanoTime();
    countAgainFrom = ended + COUNT_REST * (ended - began);
    return 0;
  }

  /** Sooner than usual, but never most of the time. */
  private int countAgain() {
    return System.nanoTime() - countAgainFrom >= 0 ? count() : 0;
  }

  /** Ends every wait, tells those who follow that nothing more comes, and starts nothing more; what runs goes on. */
  public void beginDrain() {
    waits.release();
    feed.release();
    dispatcher.stopClaiming();
  }

  /**
   * Lets attempts end, gives back those that do not, and closes. The lease goes last, so that nobody takes
   * over what is still ours; then another node may at once.
   */
  public void drain(Duration grace) {
    beginDrain();
    settle();
    dispatcher.awaitEnds(grace);
    dispatcher.giveBack();
    chores.close();
    blobChores.close();
    leases.close();
    feed.close();
    if (heartbeat != null) handovers.close();
    lease.end();
    ledger.close();
    dispatcher.close();
    alarms.close();
  }

  /** Waits until a batch that began before the drain has told what it claimed. */
  private void settle() {
    try {
      lease.renew().join();
    } catch (CompletionException e) {
      LOG.warn("the store did not answer at the beginning of the drain", e);
    }
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
