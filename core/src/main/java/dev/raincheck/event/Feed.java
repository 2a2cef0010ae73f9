package dev.raincheck.event;

import dev.raincheck.ledger.Commit;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.pace.Pacemaker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's one reader of the log: tells everyone who follows what was committed, by whichever node. A
 * commit of this node only ends its rest early; without any such word it finds everything itself, a little
 * later. While nobody follows, it reads nothing; where others commit too, it is told from time to time where
 * the log ends, so that whoever comes is told of everything from then on.
 */
public final class Feed implements Commit.Listener, AutoCloseable {
  /** How late a commit of another node is seen at most. */
  private static final Duration REST = Duration.ofMillis(500);

  private static final int SEGMENTS_MAX = 64;
  private static final String RESERVED = "raincheck.";
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** How many operations are kept as commits left them, so that they need not be read. */
  private static final int AT_HAND_MAX = 8_192;

  private static final long NOWHERE = -1;

  private final Store store;
  private final Pacemaker pace;
  private final Runnable nudge;
  private final Watchers<OperationId, Watcher.OfOperation> ofOperations = new Watchers<>();
  private final Watchers<Integer, Watcher.OfTenant> ofTenants = new Watchers<>();
  private final Object place = new Object();
  private Map<OperationId, Operation> committed = new HashMap<>();
  private final long node;
  private final List<Follower> followers;
  private long position = NOWHERE;
  private volatile boolean released;

  /** Of a store that nobody else uses. */
  public Feed(Store store, InstantSource clock) {
    this(store, clock, 0, List.of());
  }

  /**
   * @param node this one: its commits are told to followers by its ledger
   * @param followers who wants to know of other nodes' commits
   */
  public Feed(Store store, InstantSource clock, long node, List<Follower> followers) {
    this.store = store;
    this.node = node;
    this.followers = followers;
    pace = new Pacemaker("feed", clock);
    nudge = pace.every(REST, "follow the log", this::runOnce);
  }

  public void start() {
    pace.start();
  }

  /** Other nodes have committed something: ends the rest. */
  public void nudge() {
    if (!idle()) nudge.run();
  }

  /** Where the log ends: told of a shared store now and then, so that a place in it is always known. */
  public void endsAt(long logEnd) {
    synchronized (place) {
      if (logEnd <= position) return;
      if (position == NOWHERE || idle()) {
        position = logEnd;
        return;
      }
    }
    nudge.run();
  }

  // ---- who follows

  /**
   * Follows an operation: everything that is committed from now on is told. Watch first and read then, so
   * that nothing in between is missed.
   */
  public void watch(OperationId id, Watcher.OfOperation watcher) {
    ofOperations.add(id, watcher);
    begin(watcher);
  }

  public void unwatch(OperationId id, Watcher.OfOperation watcher) {
    ofOperations.remove(id, watcher);
  }

  /** Follows a tenant's operations. */
  public void watch(int tenant, Watcher.OfTenant watcher) {
    ofTenants.add(tenant, watcher);
    begin(watcher);
  }

  public void unwatch(int tenant, Watcher.OfTenant watcher) {
    ofTenants.remove(tenant, watcher);
  }

  private void begin(Watcher watcher) {
    if (!follows()) {
      // Read outside of the lock: who commits must not wait for the store.
      long end = store.read(reader -> reader.system().logEnd());
      synchronized (place) {
        if (position == NOWHERE) position = end;
      }
      nudge.run();
    }
    if (released) watcher.released();
  }

  private boolean follows() {
    synchronized (place) {
      return position != NOWHERE;
    }
  }

  /** At shutdown everyone is told that nothing more comes. */
  public void release() {
    released = true;
    ofOperations.forEach(Watcher::released);
    ofTenants.forEach(Watcher::released);
  }

  private boolean idle() {
    return !watched() && followers.stream().allMatch(Follower::isIdle);
  }

  private boolean watched() {
    return !ofOperations.isEmpty() || !ofTenants.isEmpty();
  }

  // ---- what this node commits

  @Override
  public void committed(Commit commit) {
    if (!watched()) return;
    boolean wanted = false;
    for (var change : commit.changes()) {
      var operation = change.after();
      if (!isWanted(operation)) continue;
      wanted = true;
      synchronized (place) {
        if (committed.size() < AT_HAND_MAX) committed.put(operation.id(), operation);
      }
    }
    if (wanted) nudge.run();
  }

  private boolean isWanted(Operation operation) {
    return ofOperations.has(operation.id()) || ofTenants.has(operation.submission().tenant());
  }

  // ---- a pass

  /** Tells what was committed since the last pass; bounded. */
  int runOnce(Instant now) {
    Map<OperationId, Operation> atHand;
    long from;
    synchronized (place) {
      // Never the map that goes on being filled.
      atHand = committed;
      committed = new HashMap<>();
      if (idle()) {
        if (followers.isEmpty()) position = NOWHERE;
        return 0;
      }
      from = position;
    }
    if (from == NOWHERE) {
      endsAt(store.read(reader -> reader.system().logEnd()));
      return 0;
    }
    boolean watched = watched();
    var segments =
        store.read(
            reader ->
                watched
                    ? reader.system().log(from, SEGMENTS_MAX)
                    : reader.system().logOfOthers(from, SEGMENTS_MAX, node));
    if (segments.isEmpty()) return 0;
    for (var follower : followers) if (!follower.isIdle()) follower.read(segments);
    if (watched) {
      var progressed = new LinkedHashMap<OperationId, Integer>();
      for (var segment : segments) tell(segment, atHand, progressed);
      progressed.forEach((id, tenant) -> tellProgress(id, tenant, atHand));
    }
    goOn(segments.getLast().position());
    return segments.size();
  }

  private void goOn(long to) {
    synchronized (place) {
      position = to;
    }
  }

  /** The last value alone, and only while it is new. */
  private void tellProgress(OperationId id, int tenant, Map<OperationId, Operation> atHand) {
    if (!ofTenants.has(tenant) && !ofOperations.has(id)) return;
    var operation = atHand.get(id);
    if (operation == null) operation = read(tenant, id);
    if (operation == null || operation.done() || operation.progress() == null) return;
    var event = new Event.Progressed(operation);
    each(ofOperations.of(id), watcher -> watcher.tell(event));
    if (!isReserved(operation)) each(ofTenants.of(tenant), watcher -> watcher.tell(event));
  }

  private @Nullable Operation read(int tenant, OperationId id) {
    try {
      return store.read(reader -> reader.operation(tenant, id)) instanceof Reader.Found.Here(var operation)
          ? operation
          : null;
    } catch (StoreException e) {
      LOG.warn("progress could not be read; the next will be", e);
      return null;
    }
  }

  /** @param progressed takes the operations that have told their progress, and whose they are */
  private void tell(
      Reader.Segment segment, Map<OperationId, Operation> atHand, Map<OperationId, Integer> progressed) {
    Entry.tenantOfProgress(segment.stream())
        .ifPresent(tenant -> segment.entries().forEach(entry -> progressed.put(entry.operation(), tenant)));
    var about = Entry.tenantOf(segment.stream());
    if (about.isEmpty()) return;
    int tenant = about.getAsInt();
    boolean all = ofTenants.has(tenant);
    SegmentEvents events;
    try {
      events = SegmentEvents.of(store, tenant, segment, id -> all || ofOperations.has(id), atHand);
    } catch (StoreException e) {
      LOG.warn("a part of the log could not be read; who follows it reads for himself", e);
      for (var entry : segment.entries()) each(ofOperations.of(entry.operation()), Watcher::behind);
      each(ofTenants.of(tenant), Watcher::behind);
      return;
    }
    for (int i = 0; i < segment.entries().size(); i++) {
      var entry = segment.entries().get(i);
      var event = events.of(entry);
      if (event != null) each(ofOperations.of(entry.operation()), watcher -> watcher.tell(event));
      long offset = segment.first() + i;
      // Who began to watch in the middle of a pass sees the gap, and reads for himself.
      if (all) each(ofTenants.of(tenant), watcher -> watcher.tell(offset, toAll(event)));
    }
  }

  /** One that fails must not keep the others from what they follow. */
  private static <W extends Watcher> void each(List<W> watchers, Consumer<W> action) {
    for (var watcher : watchers) {
      try {
        action.accept(watcher);
      } catch (RuntimeException e) {
        LOG.warn("a follower failed", e);
      }
    }
  }

  /** What a tenant's stream tells: reserved types are for who names their operations. */
  static Event.@Nullable Numbered toAll(Event.@Nullable Numbered event) {
    return event == null || isReserved(event.operation()) ? null : event;
  }

  private static boolean isReserved(Operation operation) {
    return operation.submission().type().startsWith(RESERVED);
  }

  @Override
  public void close() {
    pace.close();
  }
}
