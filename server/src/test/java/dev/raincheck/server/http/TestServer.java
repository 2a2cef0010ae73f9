package dev.raincheck.server.http;

import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.tls.TestPems;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A server on a free port with a few routes, and a record of what its listener was told. */
final class TestServer implements AutoCloseable {
  static final String KEY = "Authorization: Bearer good\r\n";
  static final byte[] OK = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

  final BlockingQueue<RequestListener.Finished> finished = new LinkedBlockingQueue<>();
  final HttpServer http;
  private final @Nullable TestPems pems;

  private static @Nullable TestPems tls;

  TestServer() throws IOException {
    this(HttpLimits.DEFAULT);
  }

  TestServer(HttpLimits limits, Route... more) throws IOException {
    this(limits, tls, more);
  }

  TestServer(HttpLimits limits, @Nullable TestPems pems, Route... more) throws IOException {
    this.pems = pems;
    var routes = new ArrayList<>(List.of(more));
    routes.add(Route.get("/healthz", request -> Response.status(200).json(OK)).forAnyone());
    routes.add(Route.post("/echo", TestServer::echo).forAnyone().takes(100_000));
    routes.add(Route.post("/unread", request -> Response.status(202).json(OK)).forAnyone());
    routes.add(
        Route.post("/v1/operations/{type}", TestServer::submit)
            .needs("operations:submit")
            .creates()
            .takes(1_000));
    routes.add(
        Route.get("/v1/operations/{id}", request -> Response.status(200).json(OK))
            .needs("operations:read"));
    routes.add(
        Route.get("/v1/admin", request -> Response.status(200).json(OK)).needs("tenants:admin"));
    http =
        HttpServer.start(
            new HttpSettings(URI.create("https://api.example.com"), limits),
            List.of(
                new Door(
                    "main",
                    "127.0.0.1",
                    0,
                    new Routes(routes),
                    TestServer::authenticate,
                    principal -> List.of(new Header("RateLimit", "\"k\";r=9;t=1")),
                    Cors.NONE,
                    pems == null ? null : new Tls(pems.identity()))),
            finished::add,
            new Random(1),
            System::nanoTime);
  }

  /**
   * From now on new servers speak TLS, until {@link #speakPlainly}. One handshake is made before: the
   * first of a process takes longer than some limits of tests.
   */
  static void speakTls() throws IOException {
    tls = TestPems.any();
    try (var server = new TestServer();
        var client = server.connect()) {
      client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").reply();
    }
  }

  static void speakPlainly() {
    tls = null;
  }

  RawClient connect() throws IOException {
    return pems == null
        ? new RawClient(http.port("main"))
        : new RawClient(http.port("main"), pems.client());
  }

  /** A client of HTTP/2 that has begun. */
  FrameClient frames() throws IOException {
    int port = http.port("main");
    return (pems == null ? FrameClient.plain(port) : FrameClient.encrypted(port, pems)).begin();
  }

  private static Answer echo(Request request) {
    return Response.status(200).json(request.body(10_000));
  }

  private static Answer submit(Request request) {
    request.body(1_000);
    request.query().refuseAny();
    return Response.status(202).header("Location", "https://api.example.com/x").json(OK);
  }

  private static Principal authenticate(Request request) {
    if (!request.header("Authorization").orElse("").equals("Bearer good")) {
      throw new RefusedException(ProblemCode.UNAUTHORIZED, "Send a key.");
    }
    return principal("good");
  }

  static Principal principal(String id) {
    return new Principal() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public boolean allows(String scope) {
        return scope.startsWith("operations:");
      }
    };
  }

  @Override
  public void close() {
    http.close();
  }
}
