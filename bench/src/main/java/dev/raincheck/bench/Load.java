package dev.raincheck.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Sends requests from one thread over many connections, as cheaply as it can: the server is to be measured. */
final class Load {
  private static final long HIGHEST_NANOS = Duration.ofMinutes(1).toNanos();

  private final List<InetSocketAddress> servers;
  private final int connections;

  Load(int port, int connections) {
    this(List.of(port), connections);
  }

  /** To several servers in turn, one connection after the other. */
  Load(List<Integer> ports, int connections) {
    servers = ports.stream().map(port -> new InetSocketAddress("127.0.0.1", port)).toList();
    this.connections = connections;
  }

  /** Each connection sends its next request when it has its answer. */
  Figures closed(Requests requests, Duration warmUp, Duration measured) throws IOException {
    try (var selector = Selector.open()) {
      var all = connect(selector);
      long begin = System.nanoTime() + warmUp.toNanos();
      long end = begin + measured.toNanos();
      for (var connection : all) connection.send(requests.next(0), System.nanoTime());
      var seen = new Seen();
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        selector.select(100);
        var ready = selector.selectedKeys();
        for (var key : ready) {
          var connection = (Connection) key.attachment();
          if (key.isWritable()) connection.write();
          int status = key.isReadable() ? connection.read() : 0;
          if (status == 0) continue;
          now = System.nanoTime();
          if (now >= begin && now < end) seen.answer(status, now - connection.startedAt());
          connection.send(requests.next(System.nanoTime()), now);
        }
        ready.clear();
      }
      close(all);
      return seen.figures(measured);
    }
  }

  /** Requests start when they are meant to, however late earlier answers are; latencies count from then. */
  Figures open(Requests requests, int perSecond, Duration measured) throws IOException {
    try (var selector = Selector.open()) {
      var all = connect(selector);
      var idle = new ArrayDeque<>(all);
      var seen = new Seen();
      long gap = 1_000_000_000L / perSecond;
      long next = System.nanoTime();
      long end = next + measured.toNanos();
      while (next < end || idle.size() < all.size()) {
        while (next < end && next <= System.nanoTime() && !idle.isEmpty()) {
          idle.pop().send(requests.next(System.nanoTime()), next);
          next += gap;
        }
        long pause = next < end && !idle.isEmpty() ? Math.max(0, next - System.nanoTime()) / 1_000_000 : 5;
        if (pause > 0) selector.select(pause);
        else selector.selectNow();
        var ready = selector.selectedKeys();
        for (var key : ready) {
          var connection = (Connection) key.attachment();
          if (key.isWritable()) connection.write();
          int status = key.isReadable() ? connection.read() : 0;
          if (status == 0) continue;
          seen.answer(status, System.nanoTime() - connection.startedAt());
          idle.push(connection);
        }
        ready.clear();
      }
      close(all);
      return seen.figures(measured);
    }
  }

  private List<Connection> connect(Selector selector) throws IOException {
    var all = new ArrayList<Connection>();
    for (int i = 0; i < connections; i++) all.add(new Connection(selector, servers.get(i % servers.size())));
    return all;
  }

  private static void close(List<Connection> all) throws IOException {
    for (var connection : all) connection.close();
  }

  private static final class Seen {
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Histogram latency = new Histogram(HIGHEST_NANOS, 3);

    void answer(int status, long nanos) {
      statuses.merge(status, 1L, Long::sum);
      latency.recordValue(Math.min(nanos, HIGHEST_NANOS));
    }

    Figures figures(Duration took) {
      return new Figures(took, statuses, latency);
    }
  }
}
