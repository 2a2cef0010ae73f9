package dev.raincheck.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Follows everything that happens, from the beginning on, as a stream of any node; whenever it breaks it goes
 * on at another one, after what it was told last.
 */
final class Follower implements AutoCloseable {
  /** There is a comment every 15 s; who hears nothing for longer goes elsewhere. */
  private static final long SILENCE_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

  private final int number;
  private final Cluster cluster;
  private final History history;
  private final RandomGenerator dice;
  private volatile String cursor = "0";
  private volatile long offset;
  private volatile long heard;
  private volatile @Nullable InputStream open;
  private volatile boolean closed;

  private Follower(int number, Cluster cluster, History history, RandomGenerator dice) {
    this.number = number;
    this.cluster = cluster;
    this.history = history;
    this.dice = dice;
  }

  static Follower start(int number, Cluster cluster, History history, RandomGenerator dice) {
    var follower = new Follower(number, cluster, history, dice);
    Thread.ofPlatform().daemon().name("follower-" + number).start(follower::run);
    Thread.ofPlatform().daemon().name("watch-" + number).start(follower::watch);
    return follower;
  }

  /** Where the stream goes on. */
  long offset() {
    return offset;
  }

  private void run() {
    while (!closed) {
      try {
        follow(cluster.any(dice));
      } catch (IOException broken) {
        // Another one.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void follow(Node node) throws IOException, InterruptedException {
    Shell.rest(100);
    heard = System.nanoTime();
    var request =
        node.api().request("/v1/events?after=" + cursor).header("Accept", "text/event-stream")
            .timeout(Duration.ofSeconds(10)).build();
    var response = Api.client().send(request, BodyHandlers.ofInputStream());
    try (var body = response.body();
        var lines = new BufferedReader(new InputStreamReader(body, UTF_8))) {
      open = body;
      var name = "";
      var id = "";
      for (var line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
        heard = System.nanoTime();
        if (line.isEmpty()) id = "";
        if (line.startsWith("event: ")) name = line.substring(7);
        if (line.startsWith("id: ")) id = line.substring(4);
        if (line.startsWith("data: ") && !id.isEmpty()) told(node, name, id, line.substring(6));
      }
    }
  }

  private void told(Node node, String name, String id, String data) {
    var event = Event.of(id, Api.JSON.readTree(data));
    if (name.equals("snapshot")) {
      // It would mean that something between was lost, which the checks must see.
      event = new Event(event.offset(), event.id(), "snapshot", 0, event.document());
    }
    history.add(new Seen.Told(System.nanoTime(), node.number(), number, event));
    cursor = id;
    offset = event.offset();
  }

  private void watch() {
    try {
      while (!closed) {
        Shell.rest(1_000);
        var stream = open;
        if (stream != null && System.nanoTime() - heard > SILENCE_NANOS_MAX) close(stream);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      // Then it was closed already.
    }
  }

  @Override
  public void close() {
    closed = true;
    var stream = open;
    if (stream != null) close(stream);
  }
}
