package dev.raincheck.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** A body of a gigabyte goes in, to a target, back and out, and the server's memory is watched. */
final class BigBodies {
  /**
   * @param inPerSecond megabytes of the way in, until it was accepted
   * @param outPerSecond megabytes of the way out
   * @param grownMegabytes how much more the process held at most than after a body of a tenth
   */
  record Measured(double inPerSecond, double outPerSecond, double grownMegabytes) {}

  private static final int SAMPLE_MILLIS = 100;

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final long pid;

  private BigBodies(int port, long pid) {
    this.port = port;
    this.pid = pid;
  }

  static Measured measure(Path folder, long bytes) throws Exception {
    Files.createDirectories(folder);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var target = target(threads);
    int port = Start.freePort();
    Files.writeString(
        folder.resolve("raincheck.yaml"),
        """
        listen: 127.0.0.1:%d
        admin_listen: "off"
        operations:
          echo:
            target: {url: "http://127.0.0.1:%d/", response_bytes: %d}
            accepts: ["*/*"]
            input_bytes: %d
            timeouts: {answer_seconds: 600}
        """
            .formatted(port, target.getAddress().getPort(), bytes, bytes));
    var process = Start.process(folder);
    try {
      Start.awaitReady(port, System.nanoTime());
      var bodies = new BigBodies(port, process.pid());
      bodies.run(bytes / 10);
      return bodies.run(bytes);
    } finally {
      process.destroy();
      process.waitFor();
      target.stop(0);
      threads.close();
    }
  }

  private static HttpServer target(ExecutorService threads) throws IOException {
    var target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    target.setExecutor(threads);
    target.createContext("/", BigBodies::echo);
    target.start();
    return target;
  }

  private static void echo(HttpExchange call) throws IOException {
    try (call) {
      call.getResponseHeaders().set("Content-Type", "video/mp4");
      call.sendResponseHeaders(200, Long.parseLong(call.getRequestHeaders().getFirst("Content-Length")));
      call.getRequestBody().transferTo(call.getResponseBody());
    }
  }

  private Measured run(long bytes) throws Exception {
    double before = Start.residentMegabytes(pid);
    var over = new AtomicBoolean();
    try (var watch = Executors.newSingleThreadExecutor()) {
      var most = watch.submit(() -> most(over));
      try {
        return run(bytes, before, most, over);
      } finally {
        over.set(true);
      }
    }
  }

  private Measured run(long bytes, double before, Future<Double> most, AtomicBoolean over) throws Exception {
    long begin = System.nanoTime();
    var id = submit(bytes);
    double in = bytes / 1e6 / ((System.nanoTime() - begin) / 1e9);
    var result = result(id);
    begin = System.nanoTime();
    long got = result.body().transferTo(OutputStream.nullOutputStream());
    double out = got / 1e6 / ((System.nanoTime() - begin) / 1e9);
    over.set(true);
    if (got != bytes) throw new IllegalStateException(got + " bytes came back of " + bytes);
    return new Measured(in, out, most.get() - before);
  }

  private double most(AtomicBoolean over) throws Exception {
    double most = 0;
    while (!over.get()) {
      most = Math.max(most, Start.residentMegabytes(pid));
      Thread.sleep(SAMPLE_MILLIS);
    }
    return most;
  }

  private String submit(long bytes) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/operations/echo"))
            .header("Content-Type", "video/mp4")
            .POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(bytes)), bytes))
            .build();
    var answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 202) throw new IllegalStateException(answer.body());
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<InputStream> result(String location) throws Exception {
    while (true) {
      var request = HttpRequest.newBuilder(URI.create(location + "/result?wait=30")).build();
      var answer = http.send(request, BodyHandlers.ofInputStream());
      if (answer.statusCode() == 200) return answer;
      answer.body().close();
      if (answer.statusCode() != 202) throw new IllegalStateException("the result is " + answer.statusCode());
    }
  }

  private static final class Zeros extends InputStream {
    private long left;

    Zeros(long length) {
      left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left <= 0) return -1;
      int count = (int) Math.min(length, left);
      left -= count;
      return count;
    }
  }
}
