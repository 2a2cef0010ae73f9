import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a web site adds: its page, and one route that submits with the site's key and gives the browser a
 * ticket. Everything else passes through to Raincheck on the same origin, as a reverse proxy would do it;
 * the browser's requests are good for what their ticket says, and the key is never added to them.
 */
final class Site implements AutoCloseable {
  private static final Map<String, String> PAGE =
      Map.of("index.html", "text/html; charset=utf-8", "live-report.js", "text/javascript; charset=utf-8", "style.css", "text/css; charset=utf-8");
  private static final List<String> ASKED = List.of("Accept", "Last-Event-ID", "If-None-Match", "Prefer", "Range");
  private static final List<String> NOT_PASSED_ON = List.of("connection", "transfer-encoding", "content-length", "date");
  private static final int CSV_BYTES_MAX = 1 << 20;

  private final Path page;
  private final String raincheck;
  private final String key;
  private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final HttpServer server;

  Site(int port, Path page, String raincheck, String key) throws IOException {
    this.page = page;
    this.raincheck = raincheck;
    this.key = key;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, this::file));
    server.createContext("/reports", exchange -> answer(exchange, this::order));
    server.createContext("/v1/operations/", exchange -> answer(exchange, this::passOn));
  }

  void start() {
    server.start();
  }

  @Override
  public void close() {
    server.stop(0);
    client.shutdownNow();
  }

  private interface Route {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private static void answer(HttpExchange exchange, Route route) throws IOException {
    try (exchange) {
      route.answer(exchange);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void file(HttpExchange exchange) throws IOException {
    var name = exchange.getRequestURI().getPath().equals("/") ? "index.html" : exchange.getRequestURI().getPath().substring(1);
    if (!PAGE.containsKey(name)) {
      send(exchange, 404, "text/plain", "There is nothing here.\n".getBytes(UTF_8));
      return;
    }
    exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer"); // URLs with tickets stay here
    send(exchange, 200, PAGE.get(name), Files.readAllBytes(page.resolve(name)));
  }

  /**
   * Submits with the site's key. Here a real site looks at who is logged in. That it must be text/csv keeps
   * forms of other sites out: a browser asks before it sends such a body to a stranger.
   */
  private void order(HttpExchange exchange) throws IOException, InterruptedException {
    var headers = exchange.getRequestHeaders();
    var idempotencyKey = headers.getFirst("Idempotency-Key");
    boolean asks = exchange.getRequestMethod().equals("POST") && "text/csv".equals(headers.getFirst("Content-Type"));
    var csv = exchange.getRequestBody().readNBytes(CSV_BYTES_MAX + 1);
    if (!asks || idempotencyKey == null || csv.length > CSV_BYTES_MAX) {
      send(exchange, 400, "text/plain", "POST at most 1 MiB of text/csv, with an Idempotency-Key.\n".getBytes(UTF_8));
      return;
    }
    try {
      var submitted =
          client.send(
              withKey("/v1/operations/report.monthly").header("Content-Type", "text/csv")
                  .header("Idempotency-Key", idempotencyKey).POST(BodyPublishers.ofByteArray(csv)).build(),
              BodyHandlers.ofByteArray());
      if (submitted.statusCode() != 202) {
        send(exchange, submitted.statusCode(), type(submitted), submitted.body());
        return;
      }
      var operation = JsonMapper.shared().readTree(submitted.body());
      var ticket =
          client.send(
              withKey("/v1/operations/" + operation.path("id").asString() + "/tickets").header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"scope\":[\"read\",\"cancel\"],\"ttl_seconds\":86400}")).build(),
              BodyHandlers.ofByteArray());
      if (ticket.statusCode() != 201) {
        send(exchange, ticket.statusCode(), type(ticket), ticket.body());
        return;
      }
      var answer = JsonMapper.shared().createObjectNode();
      answer.set("links", operation.path("links"));
      answer.set("ticket", JsonMapper.shared().readTree(ticket.body()).path("ticket"));
      send(exchange, 202, "application/json", JsonMapper.shared().writeValueAsBytes(answer));
    } catch (IOException away) {
      send(exchange, 502, "text/plain", "Raincheck does not answer.\n".getBytes(UTF_8));
    }
  }

  private HttpRequest.Builder withKey(String path) {
    return HttpRequest.newBuilder(URI.create(raincheck + path)).header("Authorization", "Bearer " + key);
  }

  private void passOn(HttpExchange exchange) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(raincheck + exchange.getRequestURI()));
    request.method(exchange.getRequestMethod(), BodyPublishers.noBody());
    for (var name : ASKED) {
      var value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) request.header(name, value);
    }
    HttpResponse<java.io.InputStream> answer;
    try {
      answer = client.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException away) {
      send(exchange, 502, "text/plain", "Raincheck does not answer.\n".getBytes(UTF_8));
      return;
    }
    answer.headers().map().forEach((name, values) -> {
      if (!NOT_PASSED_ON.contains(name) && !name.startsWith(":")) exchange.getResponseHeaders().put(name, values);
    });
    boolean empty = answer.statusCode() == 204 || answer.statusCode() == 304;
    exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : 0);
    if (empty) return;
    var buffer = new byte[8192];
    try (var from = answer.body(); var to = exchange.getResponseBody()) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        to.write(buffer, 0, n);
        to.flush(); // an event is of use when it comes, not when a buffer is full
      }
    }
  }

  private static String type(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("application/octet-stream");
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }
}
