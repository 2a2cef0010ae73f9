package dev.raincheck.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.ledger.Batch;
import dev.raincheck.ledger.Committed;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.LockPlan;
import dev.raincheck.ledger.Moment;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Payload;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Row;
import dev.raincheck.ledger.State;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.Submission;
import dev.raincheck.postgres.PostgresConfig;
import dev.raincheck.postgres.PostgresStore;
import dev.raincheck.sqlite.SqliteConfig;
import dev.raincheck.sqlite.SqliteStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What the one writer of a store spends on a life, without HTTP and without rules: each batch
 * accepts and starts some operations, completes as many of an earlier batch and, with retention,
 * forgets as many.
 */
final class StoreBench {
  private static final long NODE = 1;
  private static final Key.Owner OWNER = new Key.Owner(42);
  private static final String STREAM = Entry.operations(1);
  private static final int IN_FLIGHT_BATCHES = 2;
  private static final int KEPT_BATCHES = 50;
  private static final byte[] JSON =
      ("{\"order\":4711,\"text\":\"" + "x".repeat(126) + "\"}").getBytes(UTF_8);

  private final Random dice = new Random(1);
  private final ArrayDeque<List<Life>> running = new ArrayDeque<>();
  private final ArrayDeque<List<Life>> done = new ArrayDeque<>();
  private final ArrayDeque<List<OperationId>> buried = new ArrayDeque<>();
  private final Store store;
  private final int lives;
  private final boolean retention;
  private long number;
  private long rank;
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private long beginNanos;
  private long lockNanos;
  private long commitNanos;
  private long cpuNanos;

  private record Life(Operation operation, Key.Idem key) {}

  private StoreBench(Store store, int lives, boolean retention) {
    this.store = store;
    this.lives = lives;
    this.retention = retention;
  }

  /**
   * Arguments: a file or the address of a PostgreSQL database, lives in each batch, lives in all, and {@code
   * retention} or nothing.
   */
  public static void main(String[] args) {
    int lives = Integer.parseInt(args[1]);
    int all = Integer.parseInt(args[2]);
    boolean retention = args.length > 3 && args[3].equals("retention");
    try (var store = open(args[0])) {
      var bench = new StoreBench(store, lives, retention);
      for (int done = 0; done < all; done += all / 5) bench.run(all / 5);
    }
  }

  private static Store open(String where) {
    return where.startsWith("postgresql://")
        ? PostgresStore.open(PostgresConfig.of(where), System::nanoTime)
        : SqliteStore.open(SqliteConfig.at(Path.of(where)), InstantSource.system(), System::nanoTime);
  }

  private void run(int all) {
    beginNanos = 0;
    lockNanos = 0;
    commitNanos = 0;
    cpuNanos = 0;
    for (int n = 0; n < all; n += lives) batch();
    System.out.printf(
        "%d lives, %d in a batch%s: %.1f µs each (begin %.1f, lock %.1f, commit %.1f), %.1f µs of"
            + " them CPU%n",
        all,
        lives,
        retention ? ", retention" : "",
        micros(beginNanos + lockNanos + commitNanos, all),
        micros(beginNanos, all),
        micros(lockNanos, all),
        micros(commitNanos, all),
        micros(cpuNanos, all));
  }

  private static double micros(long nanos, int lives) {
    return nanos / 1e3 / lives;
  }

  private void batch() {
    List<Life> ending = running.size() >= IN_FLIGHT_BATCHES ? running.poll() : List.of();
    List<Life> forgotten = retention && done.size() >= KEPT_BATCHES ? done.poll() : List.of();
    List<OperationId> rotten =
        retention && buried.size() >= KEPT_BATCHES ? buried.poll() : List.of();
    var starting = new ArrayList<Life>();
    var millis = Instant.now().toEpochMilli();
    for (int i = 0; i < lives; i++) starting.add(submit(Instant.ofEpochMilli(millis)));
    var keys = new TreeSet<Key>(Key.ORDER);
    var ids = new HashSet<OperationId>();
    keys.add(OWNER);
    for (var life : starting) {
      keys.add(life.key);
      ids.add(life.operation.id());
    }
    for (var life : ending) ids.add(life.operation.id());
    for (var life : forgotten) {
      ids.add(life.operation.id());
      keys.add(life.key);
    }
    ids.addAll(rotten);
    keys.addAll(ids);

    long cpu = threads.getCurrentThreadCpuTime();
    long t0 = System.nanoTime();
    try (var tx = store.begin()) {
      long t1 = System.nanoTime();
      tx.places(ids);
      tx.lock(new LockPlan(keys, Map.of()));
      var now = tx.now();
      long t2 = System.nanoTime();
      beginNanos += t1 - t0;
      lockNanos += t2 - t1;
      cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
      var batch = decide(starting, ending, forgotten, rotten, now);
      cpu = threads.getCurrentThreadCpuTime();
      long t3 = System.nanoTime();
      if (!(tx.commit(batch) instanceof Committed.Yes))
        throw new IllegalStateException("not committed");
      commitNanos += System.nanoTime() - t3;
      cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
    }
  }

  private Batch decide(
      List<Life> starting,
      List<Life> ending,
      List<Life> forgotten,
      List<OperationId> rotten,
      Instant now) {
    var saved = new ArrayList<Row>();
    var fresh = new HashSet<Key>();
    var removed = new ArrayList<Key>();
    var entries = new ArrayList<Entry>();
    for (var life : starting) {
      var id = life.operation.id();
      saved.add(life.operation);
      saved.add(new Row.Idem(life.key, new byte[32], id, now.plus(Duration.ofDays(1))));
      fresh.add(id);
      fresh.add(life.key);
      entries.add(new Entry(STREAM, id, 1, "operation.queued"));
      entries.add(new Entry(STREAM, id, 2, "operation.running"));
    }
    running.add(starting);
    var ended = new ArrayList<Life>();
    for (var life : ending) {
      var operation = succeed(life.operation, now);
      ended.add(new Life(operation, life.key));
      saved.add(operation);
      entries.add(new Entry(STREAM, operation.id(), 3, "operation.succeeded"));
    }
    if (retention) done.add(ended);
    var tombs = new ArrayList<OperationId>();
    for (var life : forgotten) {
      var id = life.operation.id();
      saved.add(new Row.Tombstone(id, 1, now.plus(Duration.ofDays(7))));
      fresh.add(id);
      removed.add(id);
      removed.add(life.key);
      tombs.add(id);
    }
    if (retention) buried.add(tombs);
    removed.addAll(rotten);
    return new Batch(NODE, ++number + System.nanoTime(), saved, fresh, removed, entries);
  }

  private Life submit(Instant now) {
    var id = new OperationId(now.toEpochMilli() << 16 | dice.nextInt(16), dice.nextLong());
    var key = new UUID(dice.nextLong(), dice.nextLong()).toString();
    var submission =
        new Submission(
            1,
            "report.generate",
            "report.generate",
            null,
            1,
            5,
            null,
            null,
            null,
            new Payload.Inline(JSON, "application/json"),
            Map.of(),
            List.of(),
            null,
            null,
            null,
            key,
            null,
            null,
            Promise.DEFAULT);
    var queued = new Moment(1, now, new State.Queued(), 0, 0, null, null, false);
    var state = new State.Running(OWNER.id(), now.plusSeconds(60), null);
    var started = new Moment(2, now, state, 1, 1, now, null, false);
    var operation =
        new Operation(
            id,
            submission,
            now,
            now.plus(Duration.ofDays(1)),
            started,
            List.of(queued),
            2,
            2,
            now,
            ++rank,
            null,
            null,
            false);
    return new Life(operation, new Key.Idem(1, "report.generate", key));
  }

  private static Operation succeed(Operation was, Instant now) {
    var result = new State.Succeeded(new Payload.Inline(JSON, "application/json"));
    var end = new Moment(3, now, result, 1, 1, now, null, false);
    return new Operation(
        was.id(),
        was.submission(),
        was.createdAt(),
        was.deadlineAt(),
        end,
        List.of(was.history().getFirst(), was.moment()),
        3,
        3,
        now,
        was.rank(),
        null,
        null,
        false);
  }
}
