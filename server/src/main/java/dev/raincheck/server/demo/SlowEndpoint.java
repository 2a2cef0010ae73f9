package dev.raincheck.server.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint as many have one: it answers when it is done, which takes a while, with a few workers
 * and a short line before them; who finds the line full is refused with 503. It knows nothing of
 * Raincheck.
 */
final class SlowEndpoint implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 10_000;

  /** Connections that come at the same moment; fewer would make the system itself refuse some. */
  private static final int BACKLOG = 1_024;

  private final Sizes sizes;
  private final HttpServer server;
  private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
  private final ThreadPoolExecutor workers;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final SplittableRandom dice = new SplittableRandom(8); // Guarded by itself.

  private SlowEndpoint(Sizes sizes, HttpServer server) {
    this.sizes = sizes;
    this.server = server;
    this.workers =
        new ThreadPoolExecutor(
            sizes.workers(),
            sizes.workers(),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(sizes.line()),
            Thread.ofPlatform().name("slow-endpoint-", 0).factory());
  }

  static SlowEndpoint start(Sizes sizes) throws IOException {
    var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    var endpoint = new SlowEndpoint(sizes, HttpServer.create(address, BACKLOG));
    endpoint.server.setExecutor(endpoint.connections);
    endpoint.server.createContext("/quotes", endpoint::quote);
    endpoint.server.createContext("/broken", endpoint::fail);
    endpoint.server.createContext("/health", exchange -> answer(exchange, 200, "{}"));
    endpoint.server.start();
    return endpoint;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void quote(HttpExchange exchange) throws IOException {
    byte[] request = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
    try {
      answer(exchange, 200, workers.submit(() -> price(request)).get());
    } catch (RejectedExecutionException full) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      answer(exchange, 503, "{\"error\":\"too many at once\"}");
    } catch (ExecutionException wrong) {
      answer(exchange, 500, "{\"error\":\"broken\"}");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits, as for a database or another service. */
  private String price(byte[] request) throws InterruptedException {
    int order = Json.object(request).path("order").asInt(0);
    long millis;
    synchronized (dice) {
      millis = dice.nextLong(sizes.quickest().toMillis(), sizes.slowest().toMillis() + 1);
    }
    boolean cutShort = closing.await(millis, TimeUnit.MILLISECONDS);
    if (cutShort) throw new IllegalStateException("the endpoint is closing");
    return "{\"order\":%d,\"price\":%d.%d0}".formatted(order, 4 + order % 7, order % 10);
  }

  private void fail(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
    answer(exchange, 500, "{\"error\":\"the printer is on fire\"}");
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      byte[] bytes = json.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    workers.shutdownNow();
    connections.shutdownNow();
  }
}
