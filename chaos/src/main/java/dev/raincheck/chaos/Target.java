package dev.raincheck.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;

/**
 * What performs the work, over HTTP, and writes down each execution. Inputs say how long it takes and how
 * many attempts fail first. The result tells whose attempt it is.
 */
final class Target implements AutoCloseable {
  private static final int BACKLOG = 512;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final History history;
  private final IntUnaryOperator nodeAt;

  /** @param nodeAt tells the node that listens at a port */
  Target(History history, IntUnaryOperator nodeAt) throws IOException {
    this.history = history;
    this.nodeAt = nodeAt;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setExecutor(threads);
    server.createContext("/work", this::work);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/work";
  }

  private void work(HttpExchange call) throws IOException {
    long began = System.nanoTime();
    try (call) {
      var input = Api.JSON.readTree(call.getRequestBody().readAllBytes());
      var headers = call.getRequestHeaders();
      var id = headers.getFirst("Raincheck-Operation-Id");
      int attempt = Integer.parseInt(headers.getFirst("Raincheck-Attempt"));
      long epoch = Long.parseLong(headers.getFirst("Raincheck-Epoch"));
      int node = nodeAt.applyAsInt(URI.create(headers.getFirst("Raincheck-Callback-Url")).getPort());
      Shell.rest(input.path("millis").asInt());
      boolean ok = attempt > input.path("fails").asInt();
      history.add(
          new Seen.Run(
              began, System.nanoTime(), node, id, input.path("name").asString(), attempt, epoch, ok));
      var body = "{\"epoch\":%d,\"attempt\":%d}".formatted(epoch, attempt).getBytes(UTF_8);
      call.getResponseHeaders().set("Content-Type", "application/json");
      call.sendResponseHeaders(ok ? 200 : 503, body.length);
      call.getResponseBody().write(body);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
