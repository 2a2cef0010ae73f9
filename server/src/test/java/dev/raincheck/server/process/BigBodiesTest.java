package dev.raincheck.server.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies of several times the heap go through a small server: in, to a target, back, and out. */
@Timeout(300)
class BigBodiesTest {
  private static final long MIB = 1 << 20;
  private static final long LENGTH = (Boolean.getBoolean("raincheck.long") ? 1_024 : 200) * MIB + 12_345;
  private static final String HEAP = "-Xmx64m";
  private static final Pattern ID = Pattern.compile("\"id\":\"(op_[^\"]+)\"");

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LinkedBlockingQueue<String> callbacks = new LinkedBlockingQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer target;
  private Installation installation;
  private ServerProcess server;

  @BeforeEach
  void start() throws Exception {
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    target.setExecutor(threads);
    target.createContext("/echo", BigBodiesTest::echo);
    target.createContext("/later", this::later);
    target.start();
    var base = "http://127.0.0.1:" + target.getAddress().getPort();
    installation =
        Installation.in(
            folder,
            """
            defaults: {accepts: ["*/*"], input_bytes: 2000000000, timeouts: {answer_seconds: 240}}
            operations:
              echo: {target: {url: "%s/echo", response_bytes: 2000000000}}
              later: {target: {url: "%s/later", response_bytes: 2000000000}}
              small: {target: {url: "%s/echo", response_bytes: 2000000}}
            """
                .formatted(base, base, base));
    server = startServer();
  }

  private ServerProcess startServer() throws Exception {
    var command = installation.serve();
    command.command().replaceAll(argument -> argument.startsWith("-Xmx") ? HEAP : argument);
    assertThat(command.command()).contains(HEAP);
    return ServerProcess.start(command);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    target.stop(0);
    http.close();
    threads.close();
  }

  private static void echo(HttpExchange call) throws IOException {
    try (call) {
      long length = Long.parseLong(call.getRequestHeaders().getFirst("Content-Length"));
      call.getResponseHeaders().set("Content-Type", call.getRequestHeaders().getFirst("Content-Type"));
      call.sendResponseHeaders(200, length);
      call.getRequestBody().transferTo(call.getResponseBody());
    }
  }

  private void later(HttpExchange call) throws IOException {
    try (call) {
      call.getRequestBody().transferTo(OutputStream.nullOutputStream());
      callbacks.add(call.getRequestHeaders().getFirst("Raincheck-Callback-Url"));
      call.sendResponseHeaders(202, -1);
    }
  }

  /** So many bytes, each telling where it is. */
  private static final class Bytes extends InputStream {
    private long left;
    private long at;

    Bytes(long length) {
      left = length;
    }

    @Override
    public int read() {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left == 0) return -1;
      int count = (int) Math.min(length, left);
      for (int i = 0; i < count; i++, at++) into[offset + i] = (byte) (at ^ at >>> 8 ^ at >>> 16 ^ at >>> 24);
      left -= count;
      return count;
    }
  }

  private static String sha256(InputStream in) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    var buffer = new byte[1 << 16];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) digest.update(buffer, 0, count);
    return HexFormat.of().formatHex(digest.digest());
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + installation.port() + path);
  }

  private HttpResponse<String> post(String path, long length, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(url(path))
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofInputStream(() -> new Bytes(length))); // in chunks
    if (headers.length > 0) request.headers(headers);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private String accepted(String path, long length, String... headers) throws Exception {
    var answer = post(path, length, headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    var id = ID.matcher(answer.body());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private HttpResponse<InputStream> get(String path, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(url(path));
    if (headers.length > 0) request.headers(headers);
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  private HttpResponse<InputStream> result(String id) throws Exception {
    while (true) {
      var answer = get("/v1/operations/" + id + "/result?wait=30");
      if (answer.statusCode() != 202) return answer;
      answer.body().close();
    }
  }

  private List<Path> blobs() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("raincheck.db.blobs"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Waits until so many blobs are left: they go a moment after the commit that dropped them. */
  private void awaitBlobs(int count) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (blobs().size() != count) {
      assertThat(System.nanoTime()).as("%s", blobs()).isLessThan(until);
      get("/healthz").body().close();
    }
  }

  @Test
  void a_body_of_several_heaps_goes_in_to_the_target_back_and_out() throws Exception {
    var whole = sha256(new Bytes(LENGTH));
    var id = accepted("/v1/operations/echo", LENGTH);

    var answer = result(id);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"sha256-" + whole + '"');
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(LENGTH);
    assertThat(sha256(answer.body())).isEqualTo(whole);

    var part = get("/v1/operations/" + id + "/result", "Range", "bytes=" + (LENGTH - 5) + "-");
    assertThat(part.statusCode()).isEqualTo(206);
    var tail = new Bytes(LENGTH);
    tail.skipNBytes(LENGTH - 5);
    assertThat(part.body().readAllBytes()).isEqualTo(tail.readAllBytes());

    delete(id);
    awaitBlobs(0);
  }

  @Test
  void the_same_again_and_a_retry_keep_no_more_than_they_need() throws Exception {
    long length = 5 * MIB + 1;
    var whole = sha256(new Bytes(length));
    var id = accepted("/v1/operations/echo", length, "Idempotency-Key", "k");
    assertThat(sha256(result(id).body())).isEqualTo(whole);

    // The same again is the same operation, and what came with it is not kept.
    assertThat(blobs()).hasSize(2);
    assertThat(accepted("/v1/operations/echo", length, "Idempotency-Key", "k")).isEqualTo(id);
    assertThat(post("/v1/operations/echo", length - 1, "Idempotency-Key", "k").statusCode()).isEqualTo(422);
    awaitBlobs(2);

    // A retry shares the input, which stays until both are gone.
    var retried = http.send(
        HttpRequest.newBuilder(url("/v1/operations/" + id + "/retry")).POST(BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
    assertThat(retried.statusCode()).isEqualTo(202);
    var match = ID.matcher(retried.body());
    assertThat(match.find()).isTrue();
    var second = match.group(1);
    assertThat(sha256(result(second).body())).isEqualTo(whole);
    delete(id);
    awaitBlobs(2);
    delete(second);
    awaitBlobs(0);
  }

  private void delete(String id) throws Exception {
    var request = HttpRequest.newBuilder(url("/v1/operations/" + id)).DELETE().build();
    assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
  }

  @Test
  void a_long_call_back_is_a_result_and_the_same_again_leaves_nothing() throws Exception {
    long length = 20 * MIB + 1;
    var id = accepted("/v1/operations/later", 10);
    var callback = callbacks.poll(60, TimeUnit.SECONDS);
    assertThat(callback).isNotNull();
    var path = URI.create(callback).getPath();

    assertThat(post(path, length).statusCode()).isEqualTo(204);
    assertThat(post(path, length).statusCode()).isEqualTo(204);
    assertThat(post(path, length + 1).statusCode()).isEqualTo(409);
    assertThat(sha256(result(id).body())).isEqualTo(sha256(new Bytes(length)));
    awaitBlobs(1);
  }

  @Test
  void an_answer_longer_than_the_type_allows_fails_and_leaves_nothing() throws Exception {
    var id = accepted("/v1/operations/small", 3 * MIB);

    var answer = result(id);
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(new String(answer.body().readAllBytes(), UTF_8)).contains("target_response_too_large");
    awaitBlobs(1); // the input
  }

  @Test
  void an_upload_that_breaks_off_leaves_nothing_whoever_breaks_it() throws Exception {
    try (var socket = new Socket("127.0.0.1", installation.port())) {
      socket.getOutputStream().write(beginning());
      awaitBlobs(1);
    }
    awaitBlobs(0);

    try (var socket = new Socket("127.0.0.1", installation.port())) {
      socket.getOutputStream().write(beginning());
      awaitBlobs(1);
      server.kill();
    }
    server = startServer();
    assertThat(blobs()).isEmpty();
    var list = new String(get("/v1/operations").body().readAllBytes(), UTF_8);
    assertThat(list).contains("\"data\":[]");
  }

  private static byte[] beginning() {
    var head =
        "POST /v1/operations/echo HTTP/1.1\r\nHost: a\r\nContent-Type: video/mp4\r\nContent-Length: 900000000\r\n\r\n"
            .getBytes(US_ASCII);
    return Arrays.copyOf(head, head.length + (5 << 20));
  }

  @Test
  void the_command_line_sends_and_saves_long_files() throws Exception {
    var input = folder.resolve("input.bin");
    try (var in = new Bytes(30 * MIB)) {
      Files.copy(in, input);
    }
    var submitted =
        installation.run(
            "submit", "--url", url("").toString(), "echo", "--input-file", input.toString(), "--content-type",
            "video/mp4", "--wait", "50", "--json");
    assertThat(submitted.code()).as(submitted.text()).isZero();
    var id = ID.matcher(submitted.text());
    assertThat(id.find()).isTrue();

    var output = folder.resolve("output.bin");
    var saved = installation.run("result", "--url", url("").toString(), id.group(1), "-o", output.toString());
    assertThat(saved.code()).as(saved.text()).isZero();
    assertThat(Files.mismatch(input, output)).isEqualTo(-1);
  }

  @Test
  void metrics_tell_how_much_is_kept() throws Exception {
    accepted("/v1/operations/echo", 3 * MIB);
    var url = URI.create("http://127.0.0.1:" + installation.adminPort() + "/metrics");
    var request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(30)).build();
    var text = http.send(request, BodyHandlers.ofString()).body().toLowerCase(Locale.ROOT);
    assertThat(text).contains("raincheck_blobs ", "raincheck_blob_bytes ", "raincheck_blobs_swept_total ");
  }
}
