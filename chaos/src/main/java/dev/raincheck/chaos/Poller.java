package dev.raincheck.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Reads operations at any node, with and without waiting, and cancels one now and then. */
final class Poller implements Runnable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int REST_MILLIS_MAX = 60;

  private final Cluster cluster;
  private final History history;
  private final Known known;
  private final RandomGenerator dice;
  private final Load.Rest rest;

  Poller(Cluster cluster, History history, Known known, RandomGenerator dice, Load.Rest rest) {
    this.cluster = cluster;
    this.history = history;
    this.known = known;
    this.dice = dice;
    this.rest = rest;
  }

  @Override
  public void run() {
    while (!rest.isOver(dice.nextInt(5, REST_MILLIS_MAX))) {
      var id = known.any(dice);
      if (id == null) continue;
      var path = "/v1/operations/" + id;
      try {
        switch (dice.nextInt(40)) {
          case 0 -> read(id, path + "/cancel", true);
          case 1, 2, 3, 4, 5, 6, 7, 8 -> read(id, path + "?wait=" + dice.nextInt(1, 6), false);
          default -> read(id, path, false);
        }
      } catch (IOException unknown) {
        // A read that failed tells nothing.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void read(String id, String path, boolean posts) throws IOException, InterruptedException {
    var node = cluster.any(dice);
    long began = System.nanoTime();
    var reply = posts ? node.api().post(path, "{}", PATIENCE) : node.api().get(path, PATIENCE);
    long ended = System.nanoTime();
    int status = reply.status();
    if (status == 200 || status == 202) {
      history.add(new Seen.Read(began, ended, node.number(), Document.of(reply.json())));
    } else if (status == 404 || status == 410) {
      history.add(new Seen.Missing(began, ended, node.number(), id, status));
    }
  }
}
