package dev.raincheck.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.ledger.Command;
import dev.raincheck.ledger.Entry;
import dev.raincheck.ledger.Key;
import dev.raincheck.ledger.Ledger;
import dev.raincheck.ledger.Operation;
import dev.raincheck.ledger.OperationId;
import dev.raincheck.ledger.Outcome;
import dev.raincheck.ledger.Promise;
import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Submission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Several nodes on one database, each with a store and a ledger of its own. */
final class Nodes implements AutoCloseable {
  static final int SECONDS_MAX = 60;

  private static final AtomicLong IDS = new AtomicLong();

  private final List<One> all = new ArrayList<>();

  /** One node, which is also the owner of what it claims. */
  record One(long id, PostgresStore store, Ledger ledger) {
    Outcome hand(Command command) {
      try {
        return ledger.hand(command).get(SECONDS_MAX, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError("no answer to " + command.getClass().getSimpleName(), e);
      }
    }

    List<Operation> claim(int slots) {
      return claim(slots, Command.Claim.NO_LIMIT);
    }

    /** @param limit of the whole cluster */
    List<Operation> claim(int slots, int limit) {
      return hand(new Command.Claim("mail", id, slots, limit)) instanceof Outcome.Claimed(var attempts, _) ? attempts : List.of();
    }
  }

  Nodes(PostgresConfig... configs) {
    this(null, configs);
  }

  /** @param clock what the stores follow instead of the server's */
  Nodes(@Nullable InstantSource clock, PostgresConfig... configs) {
    for (var config : configs) add(config, clock);
  }

  private void add(PostgresConfig config, @Nullable InstantSource clock) {
    long id = all.size() + 1;
    var store = PostgresStore.open(config, System::nanoTime, clock);
    var rank = new AtomicLong();
    var ledger = new Ledger(store, id, new Random(id), (_, _) -> rank.incrementAndGet());
    ledger.start();
    var one = new One(id, store, ledger);
    all.add(one);
    one.hand(new Command.Renew(id, Duration.ofHours(1)));
  }

  One get(int n) {
    return all.get(n);
  }

  List<One> all() {
    return all;
  }

  static Command.Submit submit(@Nullable String key, @Nullable String lane, int laneLimit) {
    var id = new OperationId(System.currentTimeMillis() << 16, IDS.incrementAndGet());
    var submission =
        new Submission(
            1, "mail", "mail", lane, laneLimit, 5, null, null, null, null, Map.of(), List.of(), null, null, null,
            key, null, null, Promise.DEFAULT);
    return new Command.Submit(id, submission, key == null ? null : new Key.Idem(1, "mail", key), new byte[] {1});
  }

  static Command.Submit submit(@Nullable String key) {
    return submit(key, null, 1);
  }

  /** Work of one of several threads that begin at the same moment. */
  interface Work<T> {
    T of(int n) throws Exception;
  }

  static <T> List<T> together(int threads, Work<T> work) throws Exception {
    var go = new CountDownLatch(1);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var calls = new ArrayList<Callable<T>>();
      for (int n = 0; n < threads; n++) {
        int number = n;
        calls.add(
            () -> {
              go.await();
              return work.of(number);
            });
      }
      var futures = calls.stream().map(pool::submit).toList();
      go.countDown();
      var results = new ArrayList<T>();
      for (var future : futures) results.add(future.get(2 * SECONDS_MAX, TimeUnit.SECONDS));
      return results;
    }
  }

  List<Operation> standing() {
    return get(0).store().read(reader -> reader.list(Reader.Filter.all(1), null, 10_000).operations());
  }

  /** Whatever was done, the log is whole: offsets without a gap, positions that rise with them. */
  List<Entry> checkLog() {
    var segments = get(0).store().read(reader -> reader.log(Entry.operations(1), 0, 100_000));
    long next = 1;
    long position = 0;
    var entries = new ArrayList<Entry>();
    for (var segment : segments) {
      assertThat(segment.first()).isEqualTo(next);
      assertThat(segment.position()).isGreaterThan(position);
      next += segment.entries().size();
      position = segment.position();
      entries.addAll(segment.entries());
    }
    var versions = new HashMap<OperationId, Integer>();
    for (var entry : entries) {
      var before = versions.put(entry.operation(), entry.version());
      assertThat(entry.version()).isEqualTo(before == null ? 1 : before + 1);
    }
    for (var operation : standing()) assertThat(versions).containsEntry(operation.id(), operation.version());
    return entries;
  }

  @Override
  public void close() {
    for (var one : all) {
      one.ledger().close();
      one.store().close();
    }
  }
}
