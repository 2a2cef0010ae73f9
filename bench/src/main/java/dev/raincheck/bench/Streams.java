package dev.raincheck.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many open streams of a server in a process of its own: what they cost, and how late events arrive. Each
 * stream follows an operation that waits; an event is one of them being canceled, chosen at random.
 */
final class Streams implements AutoCloseable {
  private static final int PER_SECOND = 100;
  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final int SUBMITS_AT_ONCE = 32;
  private static final int OPENING_MAX = 200;
  /** As many clients come from one address as it has ports to spare. */
  private static final int PER_ADDRESS = 15_000;
  private static final long HIGHEST_NANOS = Duration.ofMinutes(1).toNanos();

  /**
   * @param megabytes resident, above the server without operations and streams
   * @param kibibytesEach of that, for each stream
   * @param answers of the cancels themselves: what of the latency has nothing to do with streams
   */
  record Measured(
      double megabytes, double kibibytesEach, Histogram latencies, Histogram answers, int missing) {
    double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    double answerMillis(double percentile) {
      return answers.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private final Start.Running server;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final Selector selector = Selector.open();
  private final ConcurrentHashMap<String, Long> sentAt = new ConcurrentHashMap<>();
  private final Histogram latencies = new ConcurrentHistogram(HIGHEST_NANOS, 3);
  private final Histogram answers = new ConcurrentHistogram(HIGHEST_NANOS, 3);
  private final AtomicInteger begun = new AtomicInteger();
  private volatile boolean over;

  private Streams(Start.Running server) throws IOException {
    this.server = server;
  }

  /**
   * @param count of streams that are read
   * @param stuck streams of everything, beside them, that nobody reads
   */
  static Measured measure(Path folder, int count, int stuck) throws Exception {
    try (var streams = new Streams(Start.running(folder, "operations: {bench.later: {target: \"http://127.0.0.1:9/\"}}\n"))) {
      return streams.measure(count, stuck);
    }
  }

  private Measured measure(int count, int stuck) throws Exception {
    double idle = server.residentMegabytes();
    var ids = submit(count);
    var reader = Thread.ofPlatform().start(this::read);
    for (var id : ids) {
      while (channels.size() - begun.get() > OPENING_MAX) Thread.sleep(1);
      open("/v1/operations/" + id + "/events", id);
    }
    while (begun.get() < count) Thread.sleep(10);
    double grown = server.residentMegabytes() - idle;
    for (int i = 0; i < stuck; i++) open("/v1/events", null);
    Thread.sleep(2_000);

    var left = new ArrayList<>(ids);
    var dice = new SplittableRandom(7);
    long first = System.nanoTime();
    int events = (int) Math.min(count, PER_SECOND * MEASURED.toSeconds());
    for (int i = 0; i < events; i++) {
      long intended = first + i * 1_000_000_000L / PER_SECOND;
      while (System.nanoTime() < intended) Thread.sleep(1);
      var id = left.remove(dice.nextInt(left.size()));
      sentAt.put(id, intended);
      var unused =
          client
              .sendAsync(post("/v1/operations/" + id + "/cancel"), BodyHandlers.discarding())
              .thenRun(() -> answers.recordValue(Math.clamp(System.nanoTime() - intended, 0, HIGHEST_NANOS)));
    }
    for (int i = 0; i < 1_000 && !sentAt.isEmpty(); i++) Thread.sleep(10);
    over = true;
    selector.wakeup();
    reader.join();
    return new Measured(grown, grown * 1024 / count, latencies, answers, sentAt.size());
  }

  private HttpRequest post(String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(server.url() + path)).POST(HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) request.headers(headers);
    return request.build();
  }

  private List<String> submit(int count) throws InterruptedException {
    var ids = Collections.synchronizedList(new ArrayList<String>());
    var places = new Semaphore(SUBMITS_AT_ONCE);
    var submit = post("/v1/operations/bench.later", "Raincheck-Run-At", "2099-01-01T00:00:00Z");
    for (int i = 0; i < count; i++) {
      places.acquire();
      var unused =
          client
              .sendAsync(submit, BodyHandlers.ofString())
              .whenComplete(
                  (answer, failure) -> {
                    if (failure == null) ids.add(answer.body().substring(7, 36));
                    places.release();
                  });
    }
    places.acquire(SUBMITS_AT_ONCE);
    return ids;
  }

  /** @param id whose end is waited for; null if it is never read */
  private void open(String path, @Nullable String id) throws IOException {
    var channel = SocketChannel.open();
    var from = "127.0.0." + (2 + channels.size() / PER_ADDRESS);
    channel.bind(new InetSocketAddress(from, 0));
    if (id == null) channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
    channel.connect(new InetSocketAddress("127.0.0.1", server.port()));
    channels.add(channel);
    var request = "GET %s HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n".formatted(path);
    channel.write(ByteBuffer.wrap(request.getBytes(ISO_8859_1)));
    if (id == null) return;
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, id);
    selector.wakeup();
  }

  private void read() {
    var buffer = ByteBuffer.allocate(64 << 10);
    try {
      while (!over) selector.select(key -> read(key, buffer), 100);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) {
    buffer.clear();
    try {
      if (((SocketChannel) key.channel()).read(buffer) < 0) {
        key.cancel();
        return;
      }
    } catch (IOException reset) {
      key.cancel();
      return;
    }
    var text = new String(buffer.array(), 0, buffer.position(), UTF_8);
    if (text.contains("event: snapshot")) begun.incrementAndGet();
    if (!text.contains("event: end")) return;
    var sent = sentAt.remove((String) key.attachment());
    if (sent != null) latencies.recordValue(Math.clamp(System.nanoTime() - sent, 0, HIGHEST_NANOS));
  }

  @Override
  public void close() throws IOException {
    for (var channel : channels) channel.close();
    selector.close();
    client.shutdownNow();
    server.close();
  }
}
