package dev.raincheck.sqlite;

import dev.raincheck.ledger.Reader;
import dev.raincheck.ledger.Store;
import dev.raincheck.ledger.StoreException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections that only read, each used by one of as many platform threads: native code would
 * hold a virtual thread's carrier.
 */
final class Readers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Readers.class);

  /** So many reads wait at most; with more, answering "busy" is kinder than a long wait. */
  private static final int WAITING_MAX = 1_024;

  private static final long READ_NANOS_MAX = TimeUnit.SECONDS.toNanos(Store.READ_SECONDS_MAX);

  private final ThreadPoolExecutor threads;
  private final ArrayBlockingQueue<ReadConnection> free;
  private final List<ReadConnection> all;
  private final LongSupplier nanos;

  private Readers(List<ReadConnection> all, LongSupplier nanos) {
    this.all = all;
    this.nanos = nanos;
    free = new ArrayBlockingQueue<>(all.size(), false, all);
    threads =
        new ThreadPoolExecutor(
            all.size(),
            all.size(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_MAX),
            Thread.ofPlatform().name("sqlite-read-", 1).daemon().factory());
  }

  static Readers open(SqliteConfig config, LongSupplier nanos) throws SQLException {
    var all = new ArrayList<ReadConnection>();
    var sweep = new KeySweep();
    try {
      for (int i = 0; i < config.readers(); i++) all.add(ReadConnection.open(config, nanos, sweep));
      return new Readers(all, nanos);
    } catch (SQLException | RuntimeException e) {
      for (var one : all) one.close();
      throw e;
    }
  }

  <T> T read(Function<Reader, T> query) {
    return ask(snapshot -> query.apply(snapshot));
  }

  /** Whether a batch was committed. */
  boolean stood(long node, long batch) {
    return ask(snapshot -> snapshot.stood(node, batch));
  }

  /** How many operations cannot be read. */
  long setAside() {
    return ask(Snapshot::setAside);
  }

  private <T> T ask(Function<Snapshot, T> query) {
    long endsAt = nanos.getAsLong() + READ_NANOS_MAX;
    var answer = new FutureTask<>(() -> run(query, endsAt));
    try {
      threads.execute(answer);
      return answer.get(READ_NANOS_MAX, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw new StoreException(
          threads.isShutdown() ? "the store is closed" : "too many reads wait; try again", e);
    } catch (ExecutionException e) {
      throw unwrapped(e);
    } catch (TimeoutException | CancellationException e) {
      answer.cancel(
          false); // if it has not begun; if it has, it sees by itself that its time is over
      throw tooLong(e);
    } catch (InterruptedException e) {
      answer.cancel(false);
      Thread.currentThread().interrupt();
      throw new StoreException("a read was interrupted", e);
    }
  }

  private <T> T run(Function<Snapshot, T> query, long endsAt) {
    var connection = free.remove(); // there is one for each thread
    try {
      return connection.read(query, endsAt);
    } finally {
      free.add(connection);
    }
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    return switch (e.getCause()) {
      case StoreException store -> new StoreException(String.valueOf(store.getMessage()), store);
      case RuntimeException other -> other;
      case Error error -> throw error;
      case null, default -> new StoreException("a read failed", e);
    };
  }

  static StoreException tooLong(Exception e) {
    return new StoreException(
        "a read took longer than "
            + Store.READ_SECONDS_MAX
            + " s and was ended; ask for less, or try again",
        e);
  }

  /** Lets the reads that have begun come to their end. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(Store.READ_SECONDS_MAX, TimeUnit.SECONDS)) {
        log.warn("a read has not ended; its connection stays open");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // closing a connection under a read would crash the process
    }
    for (var one : all) one.close();
  }
}
