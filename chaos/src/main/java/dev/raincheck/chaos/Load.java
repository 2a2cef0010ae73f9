package dev.raincheck.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Clients of all kinds, each of whom asks any node. They go on until they are told to stop. */
final class Load implements AutoCloseable {
  private static final int SUBMITTERS = 4;
  private static final int BURSTS_PERCENT = 8;
  private static final int POLLERS = 5;
  private static final int FOLLOWERS = 2;
  private static final int PATIENCE_SECONDS = 60;

  private final CountDownLatch stop = new CountDownLatch(1);
  private final List<Thread> clients = new ArrayList<>();
  private final List<Follower> followers = new ArrayList<>();

  /** @param seed of the clients' choices; what they meet is up to the cluster */
  static Load start(Cluster cluster, History history, long seed) {
    var load = new Load();
    var known = new Known();
    var dice = new SplittableRandom(seed);
    for (int i = 0; i < SUBMITTERS; i++) {
      var any = dice.split();
      load.submit("c" + i, cluster, () -> cluster.any(any), BURSTS_PERCENT, history, known, dice.split());
    }
    // Who may go anywhere soon waits for a node that stands still. These tell how the others do meanwhile.
    for (var node : cluster.nodes()) {
      load.submit("n" + node.number(), cluster, () -> node, 0, history, known, dice.split());
    }
    for (int i = 0; i < POLLERS; i++) {
      var poller = new Poller(cluster, history, known, dice.split(), load::stopsWithin);
      load.clients.add(Thread.ofPlatform().name("poller-" + i).start(poller));
    }
    for (int i = 0; i < FOLLOWERS; i++) {
      load.followers.add(Follower.start(i, cluster, history, dice.split()));
    }
    return load;
  }

  private void submit(
      String name,
      Cluster cluster,
      Supplier<Node> choice,
      int burstsPercent,
      History history,
      Known known,
      RandomGenerator dice) {
    var submitter = new Submitter(name, cluster, choice, burstsPercent, history, known, dice, this::stopsWithin);
    clients.add(Thread.ofPlatform().name("submitter-" + name).start(submitter));
  }

  /** Rests; true if the load is over. */
  private boolean stopsWithin(long millis) {
    try {
      return stop.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Nothing new comes; who follows goes on. */
  void stopAsking() throws InterruptedException {
    stop.countDown();
    for (var client : clients) {
      if (!client.join(Duration.ofSeconds(PATIENCE_SECONDS))) {
        throw new IllegalStateException(client.getName() + " does not stop");
      }
    }
  }

  /** Waits until every follower has been told this event, as far as that happens. */
  void awaitTold(long offset) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    for (var follower : followers) {
      while (follower.offset() < offset && System.nanoTime() < until) Shell.rest(50);
    }
  }

  @Override
  public void close() {
    stop.countDown();
    followers.forEach(Follower::close);
  }

  /** How clients rest between two requests. */
  interface Rest {
    /** Rests; true if the load is over. */
    boolean isOver(long millis);
  }
}
