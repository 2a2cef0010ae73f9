package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What performs the operations, in the test's own process, so that it outlives the server: {@code
 * /work} answers with its input, {@code /later} says that it will call back.
 */
final class Endpoint implements AutoCloseable {
  private static final int BACKLOG = 512;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Run> runs = new ArrayList<>();
  private final Set<String> held = new HashSet<>();
  private int toHold;
  private boolean closed;

  /** One call: the operation, its attempt and epoch, its input, and where to call back. */
  record Run(
      String operation, int attempt, long epoch, String input, String callback, boolean held) {}

  Endpoint() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/work", this::work);
    server.createContext("/later", this::later);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  /** The next calls to {@code /work}, so many, are not answered until they are released. */
  void holdNext(int calls) {
    locked(() -> toHold = calls);
  }

  void release(String operation) {
    locked(() -> held.remove(operation));
  }

  void releaseAll() {
    locked(
        () -> {
          toHold = 0;
          held.clear();
        });
  }

  /** Waits until so many calls are held, and names their operations. */
  List<String> awaitHeld(int calls) throws InterruptedException {
    await(() -> held.size() >= calls);
    lock.lock();
    try {
      return List.copyOf(held);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a call of this operation with at least this epoch. */
  Run awaitRun(String operation, long epoch) throws InterruptedException {
    await(() -> find(operation, epoch) != null);
    lock.lock();
    try {
      return find(operation, epoch);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Run find(String operation, long epoch) {
    return runs.stream()
        .filter(run -> run.operation().equals(operation) && run.epoch() >= epoch)
        .findFirst()
        .orElse(null);
  }

  /** All calls so far, in the order in which they came. */
  List<Run> runs() {
    lock.lock();
    try {
      return List.copyOf(runs);
    } finally {
      lock.unlock();
    }
  }

  private void work(HttpExchange call) throws IOException {
    try (call) {
      var input = call.getRequestBody().readAllBytes();
      lock.lock();
      try {
        boolean hold = toHold > 0;
        var run = run(call, input, hold);
        runs.add(run);
        if (hold) {
          toHold--;
          held.add(run.operation());
        }
        changed.signalAll();
        if (hold) await(() -> !held.contains(run.operation()) || closed);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      } finally {
        lock.unlock();
      }
      call.getResponseHeaders().set("Content-Type", "application/json");
      call.sendResponseHeaders(200, input.length == 0 ? -1 : input.length);
      call.getResponseBody().write(input);
    }
  }

  private void later(HttpExchange call) throws IOException {
    try (call) {
      var input = call.getRequestBody().readAllBytes();
      call.sendResponseHeaders(202, -1);
      locked(() -> runs.add(run(call, input, false)));
    }
  }

  private static Run run(HttpExchange call, byte[] input, boolean hold) {
    var headers = call.getRequestHeaders();
    return new Run(
        headers.getFirst("Raincheck-Operation-Id"),
        Integer.parseInt(headers.getFirst("Raincheck-Attempt")),
        Long.parseLong(headers.getFirst("Raincheck-Epoch")),
        new String(input, UTF_8),
        headers.getFirst("Raincheck-Callback-Url"),
        hold);
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long left = PATIENCE_NANOS;
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) throw new AssertionError("it did not happen; seen so far: " + runs.size());
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    locked(() -> closed = true);
    server.stop(0);
    threads.close();
  }
}
