package dev.raincheck.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.raincheck.operation.Input;
import dev.raincheck.operation.NewOperation;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Result;
import dev.raincheck.operation.Submitted;
import dev.raincheck.server.serve.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A queue that is filled while nothing is done, and then emptied. */
final class Backlog {
  private static final String TYPE = "bench.backlog";
  private static final int TENANT = 1;
  private static final int UNDER_WAY = 2_000;
  private static final int DEPTH_MAX = 10_000_000;

  private Backlog() {}

  /** The type while the queue fills: its one slot is never free. */
  static OperationType waiting() {
    return OperationType.staged(TYPE, (input, context) -> new CompletableFuture<>()).withSlots(1).deep(DEPTH_MAX);
  }

  static void fill(Node node, int count) throws InterruptedException {
    var input = new Input("{\"customer\":\"c-0001234567\",\"format\":\"pdf\"}".getBytes(UTF_8), "application/json");
    var room = new Semaphore(UNDER_WAY);
    var refused = new AtomicInteger();
    for (int i = 0; i < count; i++) {
      room.acquire();
      var unused =
          node.raincheck()
              .operations()
              .submit(NewOperation.of(TENANT, TYPE, input))
              .whenComplete(
                  (submitted, failure) -> {
                    if (!(submitted instanceof Submitted.Accepted)) refused.incrementAndGet();
                    room.release();
                  });
    }
    room.acquire(UNDER_WAY);
    if (refused.get() > 0) throw new IllegalStateException(refused + " were refused");
  }

  /** The type while the queue empties. */
  static final class Counter {
    private static final int WARM_UP = 5_000;

    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch warm = new CountDownLatch(WARM_UP);
    private volatile CountDownLatch measured = new CountDownLatch(1);

    OperationType type() {
      return OperationType.of(
              TYPE,
              (input, context) -> {
                done.incrementAndGet();
                warm.countDown();
                measured.countDown();
                return Result.none();
              })
          .withSlots(64)
          .deep(DEPTH_MAX);
    }

    /** The rate over so many, once it runs. */
    double perSecond(Node node, int count) throws InterruptedException {
      warm.await();
      int few = Math.min(count, 100_000) - WARM_UP;
      measured = new CountDownLatch(few);
      long begin = System.nanoTime();
      measured.await();
      return few / ((System.nanoTime() - begin) / 1e9);
    }
  }
}
