package dev.raincheck.server.process;

import dev.raincheck.server.process.Wire.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Clients that submit one operation after the other, each with a key and an input of its own, and
 * write down what they were told. A client ends when its connection does.
 */
final class Load implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  /** Every so many submits, a client looks at one of its older operations. */
  private static final int LOOK_EVERY = 4;

  /** What a client knows of its submit. */
  sealed interface Fate {
    record Accepted(String id) implements Fate {}

    record Refused(Reply reply) implements Fate {}

    /** No answer, or one that says nothing: it may be there, or not. */
    record Unknown(String why) implements Fate {}
  }

  /** A submit that was sent; times are of {@code System.nanoTime()}. */
  record Sent(String key, long began, long ended, Fate fate) {
    String input() {
      return Load.input(key);
    }
  }

  private final int port;
  private final String path;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<List<Sent>>> clients = new ArrayList<>();
  private final Map<String, Reply> ends = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int accepted;
  private volatile boolean stopping;

  private Load(int port, String path) {
    this.port = port;
    this.path = path;
  }

  static Load start(int port, String path, int clients, String name) {
    var load = new Load(port, path);
    for (int i = 0; i < clients; i++) {
      var prefix = "%s-%d-".formatted(name, i);
      load.clients.add(load.threads.submit(() -> load.submit(prefix)));
    }
    return load;
  }

  static String input(String key) {
    return "{\"for\":\"%s\"}".formatted(key);
  }

  /** Submits once; also for the second time. */
  static Reply submit(Wire wire, String path, String key) throws IOException {
    return wire.exchange("POST", path, input(key), "Idempotency-Key", key);
  }

  private List<Sent> submit(String prefix) {
    var sent = new ArrayList<Sent>();
    try (var wire = new Wire(port)) {
      while (!stopping && !wire.isOver()) {
        var one = submit(wire, prefix + sent.size());
        sent.add(one);
        if (one.fate() instanceof Fate.Unknown) break;
        if (sent.size() % LOOK_EVERY == 0 && !wire.isOver()) look(wire, sent.get(sent.size() / 2));
      }
    } catch (IOException gone) {
      // Nothing was sent, or only asked.
    }
    return sent;
  }

  private Sent submit(Wire wire, String key) {
    long began = System.nanoTime();
    Fate fate;
    try {
      fate = fate(submit(wire, path, key));
    } catch (IOException cut) {
      fate = new Fate.Unknown(cut.toString());
    }
    return new Sent(key, began, System.nanoTime(), fate);
  }

  private Fate fate(Reply reply) {
    return switch (reply.header("Raincheck-Outcome")) {
      case "accepted" -> {
        count();
        yield new Fate.Accepted(reply.member("id"));
      }
      case "not-accepted" -> new Fate.Refused(reply);
      default -> new Fate.Unknown(reply.status() + " " + reply.text());
    };
  }

  private void look(Wire wire, Sent at) throws IOException {
    if (!(at.fate() instanceof Fate.Accepted(var id))) return;
    var reply = wire.exchange("GET", "/v1/operations/" + id, "");
    if (reply.status() == 200) ends.put(id, reply);
  }

  private void count() {
    lock.lock();
    try {
      accepted++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many were accepted. */
  void awaitAccepted(int count) throws InterruptedException {
    long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    lock.lock();
    try {
      while (accepted < count) {
        if (left <= 0) throw new AssertionError("only %d were accepted".formatted(accepted));
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends that were seen while the load ran, by operation. */
  Map<String, Reply> ends() {
    return ends;
  }

  /** Lets clients end after their request, and tells what became of all. */
  List<Sent> finish() throws Exception {
    stopping = true;
    return ended();
  }

  /** Waits until every client has lost its connection, and tells what became of all. */
  List<Sent> ended() throws Exception {
    var all = new ArrayList<Sent>();
    for (var client : clients) all.addAll(client.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    return all;
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
  }
}
