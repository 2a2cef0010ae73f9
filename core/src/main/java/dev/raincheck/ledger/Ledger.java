package dev.raincheck.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's only writer. While one transaction commits, the next commands gather; then they are locked,
 * decided in order, saved, appended to the log and committed together: one fsync for many. There is no
 * linger timer: batches grow with load by themselves.
 */
public final class Ledger implements AutoCloseable {
  /** A batch is one fate, so it is bounded. */
  static final int BATCH_COMMANDS_MAX = 512;

  static final int BATCH_BYTES_MAX = 4 << 20;

  /** How often a batch that collided is tried again before its commands fail. */
  private static final int TRIES_MAX = 20;

  private static final int TRIES_WHEN_FULL = 2;

  private static final Duration RETRY_WHEN_FULL = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  private final Store store;
  private final long node;
  private final RandomGenerator dice;
  private final Ranks ranks;
  private final Intake intake = new Intake();
  private final List<Commit.Listener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable StoreException> broken = new AtomicReference<>();
  private volatile ClaimSource claims = _ -> List.of();
  private volatile Consumer<StoreException> whenBroken = _ -> {};
  private final Publisher publisher = new Publisher();
  private final EffortMeter effort = new EffortMeter(System::nanoTime);
  private volatile boolean closing;
  private @Nullable Thread writer;
  private long batches;

  /**
   * @param node names this node's batches; never used twice
   * @param dice for jitter; used by the writer alone
   */
  public Ledger(Store store, long node, RandomGenerator dice, Ranks ranks) {
    this.store = store;
    this.node = node;
    this.dice = dice;
    this.ranks = ranks;
  }

  /** Before {@link #start}: who is told of each commit. */
  public void listen(Commit.Listener listener) {
    listeners.add(listener);
  }

  /** Before {@link #start}: who claims. */
  public void claims(ClaimSource source) {
    claims = source;
  }

  /**
   * Before {@link #start}: what to do when the store can no longer be trusted. Nothing is accepted from
   * then on, and the process should end: what a restart finds is the truth.
   */
  public void whenBroken(Consumer<StoreException> action) {
    whenBroken = action;
  }

  /** Starts the writer, on a platform thread of its own. */
  public void start() {
    publisher.start();
    writer = Thread.ofPlatform().name("ledger").start(this::run);
  }

  /**
   * Hands a command over. The answer comes after its commit; {@link Outcome.Refused} at once if there is no
   * room. It completes with a {@link StoreException} when nobody knows the outcome.
   */
  public CompletableFuture<Outcome> hand(Command command) {
    var failure = broken.get();
    if (failure != null) return CompletableFuture.failedFuture(failure);
    var pending = Pending.of(command);
    if (!intake.offer(pending)) {
      var why = closing ? Outcome.Refusal.CLOSING : Outcome.Refusal.OVERLOADED;
      pending.answer().complete(new Outcome.Refused(why, RETRY_WHEN_FULL));
    }
    return pending.answer();
  }

  /** There may be something to claim. */
  public void nudge() {
    intake.nudge();
  }

  /** How many commands wait for their batch. */
  public int waiting() {
    return intake.waiting();
  }

  /** What it has done since its start, and where its time went. */
  public Effort effort() {
    return effort.soFar();
  }

  /** Whether commits still can be trusted. */
  public boolean healthy() {
    return broken.get() == null;
  }

  /** One batch of what waits now, on the caller's thread; for tests and simulators, instead of {@link #start}. */
  public int runOnce() {
    var batch = intake.poll(BATCH_COMMANDS_MAX, BATCH_BYTES_MAX);
    process(batch);
    return batch.size();
  }

  /** Takes no more, commits what has gathered, and ends. */
  @Override
  public void close() {
    closing = true;
    intake.close();
    var running = writer;
    if (running == null) return;
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true; // A commit in progress is worth waiting for.
      }
    }
    publisher.close();
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void run() {
    try {
      for (; ; ) {
        var batch = intake.drain(BATCH_COMMANDS_MAX, BATCH_BYTES_MAX);
        if (batch == null) return;
        process(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void process(List<Pending> batch) {
    var work = new ArrayList<Todo>(batch.size() + 4);
    var fed = new HashMap<String, Integer>();
    for (var pending : batch) {
      work.add(new Todo(pending.command(), new Answer(pending.answer())));
      var submit = pending.command().newWork();
      if (submit != null) fed.merge(submit.submission().queue(), 1, Integer::sum);
    }
    // Claims are decided last, so that they find what this very batch made ready.
    for (var wanted : claims.wanted(fed)) work.add(new Todo(wanted.claim(), new Told(wanted.told())));
    if (!work.isEmpty()) settle(work);
  }

  /** Commits the commands together, or halves them until what the database refuses is alone. */
  private void settle(List<Todo> work) {
    var failure = broken.get();
    if (failure != null) {
      work.forEach(todo -> todo.receiver().fail(failure));
      return;
    }
    for (int tries = 1; ; tries++) {
      switch (attempt(work)) {
        case Result.Done() -> {
          return;
        }
        case Result.Again() -> {
          if (tries < TRIES_MAX) continue;
          fail(work, new StoreException("the store kept refusing to commit; try again with the same key"));
          return;
        }
        case Result.Poisoned(var why) -> {
          isolate(work, why);
          return;
        }
        case Result.Away(var why) -> {
          turnAway(work, Outcome.Refusal.AWAY, why);
          return;
        }
        case Result.Full(var why) -> {
          // The store has given up its reserve by now: what only ends work may fit.
          if (tries < TRIES_WHEN_FULL && !addsWork(work)) continue;
          turnAway(work, Outcome.Refusal.OVERLOADED, why);
          return;
        }
        case Result.Broken(var why) -> {
          breakDown(work, why);
          return;
        }
      }
    }
  }

  private void isolate(List<Todo> work, String why) {
    if (work.size() == 1) {
      LOG.warn("the store refuses a {}: {}", work.getFirst().command().getClass().getSimpleName(), why);
      work.getFirst().receiver().tell(new Outcome.Poisoned(why));
      return;
    }
    settle(work.subList(0, work.size() / 2));
    settle(work.subList(work.size() / 2, work.size()));
  }

  private static boolean addsWork(List<Todo> work) {
    return work.stream().anyMatch(todo -> Pending.isNewWork(todo.command()));
  }

  /** Without room, or without a store, new work is refused so that work under way can still record its end. */
  private void turnAway(List<Todo> work, Outcome.Refusal refusal, String why) {
    var rest = new ArrayList<Todo>(work.size());
    for (var todo : work) {
      if (!Pending.isNewWork(todo.command())) rest.add(todo);
      else todo.receiver().tell(new Outcome.Refused(refusal, RETRY_WHEN_FULL));
    }
    if (rest.size() == work.size()) fail(work, new StoreException("nothing was recorded: " + why));
    else if (!rest.isEmpty()) settle(rest);
  }

  private void breakDown(List<Todo> work, StoreException why) {
    LOG.error("the store can no longer be trusted; nothing more is accepted", why);
    broken.set(why);
    fail(work, why);
    whenBroken.accept(why);
  }

  private static void fail(List<Todo> work, StoreException why) {
    work.forEach(todo -> todo.receiver().fail(why));
  }

  private Result attempt(List<Todo> work) {
    effort.begin();
    try {
      return commit(work);
    } finally {
      effort.end(work.size());
    }
  }

  private Result commit(List<Todo> work) {
    long number = ++batches;
    WorkingSet rows;
    List<@Nullable Outcome> outcomes;
    Batch batch;
    Committed committed;
    try (var tx = store.begin()) {
      var plan = plan(work, tx);
      var loaded = tx.lock(plan);
      rows = new WorkingSet(loaded, pick(work, loaded, tx));
      rows.add(outbox(work, tx));
      var now = tx.now();
      effort.decides();
      decideCompletions(work, loaded, rows, now);
      outcomes = decide(work, rows, now);
      effort.decided();
      if (rows.isEmpty()) {
        publish(work, outcomes, rows);
        return new Result.Done();
      }
      batch = rows.batch(node, number);
      committed = tx.commit(batch);
    } catch (UndoneException e) {
      LOG.debug("a batch is tried again", e);
      return new Result.Again();
    } catch (AwayException e) {
      LOG.warn("the store is away: {}", e.getMessage());
      return new Result.Away(String.valueOf(e.getMessage()));
    } catch (StoreException e) {
      return new Result.Broken(e);
    } catch (RuntimeException e) {
      return new Result.Broken(new StoreException("the store failed unexpectedly", e));
    }
    return switch (committed) {
      case Committed.Yes _ -> {
        publish(work, outcomes, rows);
        yield new Result.Done();
      }
      case Committed.Again() -> new Result.Again();
      case Committed.Poison(var why) -> new Result.Poisoned(why);
      case Committed.Full(var why) -> new Result.Full(why);
      case Committed.Unsure(var why) -> ask(work, outcomes, rows, number, why);
    };
  }

  /** An unsure commit is one question, asked once the transaction is over. */
  private Result ask(
      List<Todo> work, List<@Nullable Outcome> outcomes, WorkingSet rows, long number, String why) {
    try {
      if (!store.committed(node, number)) return new Result.Again();
      publish(work, outcomes, rows);
      return new Result.Done();
    } catch (StoreException e) {
      return new Result.Broken(new StoreException("the outcome of a commit is unknown: " + why, e));
    }
  }

  /** What the commands may touch, in the order in which all nodes lock. */
  private static LockPlan plan(List<Todo> work, Tx tx) {
    var keys = new TreeSet<Key>(Key.ORDER);
    var ids = new LinkedHashSet<OperationId>();
    var successors = new HashMap<Key.Lane, Integer>();
    var ifFree = new TreeSet<String>();
    for (var todo : work) {
      if (todo.command() instanceof Command.Claim claim && claim.isLimited()) ifFree.add(claim.queue());
      for (var key : Rules.keys(todo.command())) {
        keys.add(key);
        if (key instanceof OperationId id) ids.add(id);
        if (key instanceof Key.Lane lane) successors.merge(lane, 1, Integer::sum);
      }
    }
    if (ids.isEmpty()) return new LockPlan(keys, successors, ifFree);
    for (var place : tx.places(ids).values()) {
      if (place.lane() != null) {
        keys.add(place.lane());
        successors.merge(place.lane(), 1, Integer::sum);
      }
      if (place.parent() != null) keys.add(place.parent());
    }
    return new LockPlan(keys, successors, ifFree);
  }

  /** What cannot start is not picked: another node might have room for it. */
  private static Map<String, List<Operation>> pick(List<Todo> work, Loaded loaded, Tx tx) {
    var slots = new HashMap<String, Integer>();
    for (var todo : work) {
      if (todo.command() instanceof Command.Claim claim && !claim.newOnly()) {
        slots.merge(claim.queue(), loaded.room(claim), Integer::sum);
      }
    }
    var picked = new HashMap<String, List<Operation>>();
    slots.forEach((queue, count) -> picked.put(queue, tx.pick(queue, count)));
    return picked;
  }

  /**
   * What applications have recorded with their data goes before all commands. Only of operations that a command
   * names, because of those the lanes and parents are locked, too; nothing else of the batch moves a running one.
   */
  private void decideCompletions(List<Todo> work, Loaded loaded, WorkingSet rows, Instant now) {
    var completions = new ArrayList<Row.Completion>(0);
    for (var row : loaded.rows().values()) if (row instanceof Row.Completion done) completions.add(done);
    if (completions.isEmpty()) return;
    var named = named(work);
    for (var done : completions) if (named.contains(done.key().operation())) decide(done, rows, now);
  }

  private void decide(Row.Completion done, WorkingSet rows, Instant now) {
    var id = done.key().operation();
    try {
      var decision = Rules.decide(done, rows, now, dice, ranks);
      rows.apply(decision);
      if (decision.outcome() instanceof Outcome.Stale) {
        LOG.error("{}: attempt {} was completed in a transaction, and is over; the record is dropped", id, done.epoch());
      }
    } catch (RuntimeException e) {
      LOG.error("{}: the end that an application recorded could not be decided", id, e);
    }
  }

  private static Set<OperationId> named(List<Todo> work) {
    var named = new HashSet<OperationId>();
    for (var todo : work) for (var key : Rules.keys(todo.command())) if (key instanceof OperationId id) named.add(id);
    return named;
  }

  private static List<OutboxRow> outbox(List<Todo> work, Tx tx) {
    var numbers = new TreeSet<Long>();
    for (var todo : work) if (todo.command() instanceof Command.MoveOutbox move) numbers.addAll(move.rows());
    return numbers.isEmpty() ? List.of() : tx.outbox(List.copyOf(numbers));
  }

  /** Each command is decided on its own: one that cannot be decided fails alone. */
  private List<@Nullable Outcome> decide(List<Todo> work, WorkingSet rows, Instant now) {
    var outcomes = new ArrayList<@Nullable Outcome>(work.size());
    for (var todo : work) {
      try {
        var decision = Rules.decide(todo.command(), rows, now, dice, ranks);
        rows.apply(decision);
        outcomes.add(decision.outcome());
      } catch (RuntimeException e) {
        LOG.error("a {} could not be decided", todo.command().getClass().getSimpleName(), e);
        outcomes.add(null);
      }
    }
    return outcomes;
  }

  private void publish(List<Todo> work, List<@Nullable Outcome> outcomes, WorkingSet rows) {
    publisher.publish(() -> tell(work, outcomes, rows));
  }

  private void tell(List<Todo> work, List<@Nullable Outcome> outcomes, WorkingSet rows) {
    var commit = rows.commit();
    for (var listener : listeners) {
      try {
        listener.committed(commit);
      } catch (RuntimeException e) {
        LOG.error("a listener failed; the commit stands", e);
      }
    }
    for (int i = 0; i < work.size(); i++) {
      var outcome = outcomes.get(i);
      var receiver = work.get(i).receiver();
      if (outcome != null) receiver.tell(rows.latest(outcome));
      else receiver.fail(new StoreException("the command could not be decided; see the server's log"));
    }
  }

  private record Todo(Command command, Receiver receiver) {}

  /** Who waits for an outcome. */
  private sealed interface Receiver {
    void tell(Outcome outcome);

    void fail(StoreException why);
  }

  private record Answer(CompletableFuture<Outcome> future) implements Receiver {
    @Override
    public void tell(Outcome outcome) {
      future.complete(outcome);
    }

    @Override
    public void fail(StoreException why) {
      future.completeExceptionally(why);
    }
  }

  private record Told(Consumer<Outcome> consumer) implements Receiver {
    @Override
    public void tell(Outcome outcome) {
      consumer.accept(outcome);
    }

    /** A claim that failed claimed nothing: its slots are free again. */
    @Override
    public void fail(StoreException why) {
      consumer.accept(new Outcome.Claimed(List.of(), Outcome.Claimed.Limit.OPEN));
    }
  }

  private sealed interface Result {
    record Done() implements Result {}

    record Again() implements Result {}

    record Poisoned(String why) implements Result {}

    record Full(String why) implements Result {}

    record Away(String why) implements Result {}

    record Broken(StoreException why) implements Result {}
  }
}
