package dev.raincheck.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A real HTTP server on loopback that gives the answers it was told, in order. */
final class ScriptedServer implements AutoCloseable {
  private record Scripted(int status, List<String> headers, byte[] body) {}

  private final HttpServer server;
  private final Queue<Scripted> script = new ConcurrentLinkedQueue<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * @param headers as {@code Name: value}
   */
  ScriptedServer then(int status, String body, String... headers) {
    return then(status, body.getBytes(UTF_8), headers);
  }

  ScriptedServer then(int status, byte[] body, String... headers) {
    script.add(new Scripted(status, List.of(headers), body));
    return this;
  }

  /** What was asked, one line each: method, path, the headers that commands choose, body. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var line = new StringBuilder();
    line.append(exchange.getRequestMethod()).append(' ').append(exchange.getRequestURI());
    new TreeMap<>(exchange.getRequestHeaders())
        .forEach(
            (name, values) -> {
              if (isChosen(name))
                line.append(" | ").append(name).append(": ").append(values.get(0));
            });
    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (!body.isEmpty()) line.append(" | ").append(body);
    requests.add(line.toString());

    var scripted = script.poll();
    if (scripted == null) scripted = new Scripted(500, List.of(), "off script".getBytes(UTF_8));
    for (var header : scripted.headers()) {
      int colon = header.indexOf(':');
      exchange.getResponseHeaders().add(header.substring(0, colon), header.substring(colon + 2));
    }
    boolean bodiless = scripted.status() == 204 || scripted.status() == 304;
    exchange.sendResponseHeaders(
        scripted.status(), bodiless || scripted.body().length == 0 ? -1 : scripted.body().length);
    if (!bodiless) exchange.getResponseBody().write(scripted.body());
    exchange.close();
  }

  private static boolean isChosen(String name) {
    return !List.of("Connection", "Host", "Content-length", "User-agent").contains(name);
  }

  /** How many answers were not asked for. */
  int left() {
    return new ArrayDeque<>(script).size();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
