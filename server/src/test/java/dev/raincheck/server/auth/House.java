package dev.raincheck.server.auth;

import dev.raincheck.ledger.Ledger;
import dev.raincheck.server.config.RateLimit;
import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.QuotaHeaders;
import dev.raincheck.server.http.Response;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.http.Routes;
import dev.raincheck.tenant.ApiKeys;
import dev.raincheck.tenant.Scopes;
import dev.raincheck.testkit.ManualClock;
import dev.raincheck.testkit.MemoryStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A server with both listeners and a real ledger, whose only work is to tell who asks. */
final class House implements AutoCloseable {
  final ManualClock clock = ManualClock.at("2026-11-24T08:00:00Z");
  final MemoryStore store = new MemoryStore(clock);
  final ApiKeys keys;
  private final Ledger ledger;
  private final HttpServer server;

  /**
   * @param loopback what the listeners believe of themselves; they are on loopback in any case
   */
  House(boolean loopback, RateLimit limit) throws IOException {
    this(loopback, limit, _ -> Jwts.none());
  }

  /**
   * @param jwts made when there are keys and tenants; closed by whoever made it
   */
  House(boolean loopback, RateLimit limit, Function<House, Jwts> jwts) throws IOException {
    ledger = new Ledger(store, 1, new SplittableRandom(1), (_, _) -> 0);
    keys = ApiKeys.of(ledger, store, new SecureRandom(), clock);
    ledger.start();
    var quotas = new Quotas(limit, 20, clock);
    var everyone =
        KeyAuthentication.forEveryone(keys, quotas, jwts.apply(this), AuthListener.NONE, loopback);
    var operators = KeyAuthentication.forOperators(keys, quotas, AuthListener.NONE, loopback);
    var keyRoutes = new KeyRoutes(keys, operators, clock);

    var main = new ArrayList<>(keyRoutes.onMainListener());
    main.add(Quotas.enforcedOn(Route.get("/whoami", request -> whoAmI(Caller.of(request)))));
    main.add(Route.get("/read", _ -> Response.status(200).empty()).needs(Scopes.READ));
    main.add(
        Route.post("/submit", _ -> Response.status(202).empty()).needs(Scopes.SUBMIT).creates());
    server =
        HttpServer.start(
            new HttpSettings(URI.create("http://api.test"), HttpLimits.DEFAULT),
            List.of(
                new Door("main", "127.0.0.1", 0, new Routes(main), everyone, quotas),
                new Door(
                    "admin",
                    "127.0.0.1",
                    0,
                    new Routes(keyRoutes.onAdminListener()),
                    operators,
                    QuotaHeaders.NONE)),
            _ -> {},
            new SplittableRandom(1),
            System::nanoTime);
  }

  private static Response whoAmI(Caller caller) {
    var who = caller.principal();
    var text = "%d %s %s".formatted(who.tenant(), who.tenantName(), who.scopes());
    return Response.status(200).body("text/plain", text.getBytes(StandardCharsets.UTF_8));
  }

  String key(String tenant, String... scopes) {
    var created = keys.create("test", tenant, Scopes.of(List.of(scopes)), null);
    return ((ApiKeys.Creation.Created) created).secret();
  }

  record Answered(int status, String head, String body) {
    /** All values of a header, one a line. */
    String header(String name) {
      var start = name.toLowerCase(Locale.ROOT) + ": ";
      return String.join(
          "\n",
          head.lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
              .map(line -> line.substring(start.length()))
              .toList());
    }
  }

  Answered main(String line, String... headers) throws IOException {
    return send("main", line, "", headers);
  }

  Answered admin(String line, String... headers) throws IOException {
    return send("admin", line, "", headers);
  }

  Answered post(String door, String body, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add("Content-Type: application/json");
    return send(door, "POST /v1/admin/keys", body, all.toArray(String[]::new));
  }

  Answered send(String door, String line, String body, String... headers) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head = new StringBuilder(line).append(" HTTP/1.1\r\nConnection: close\r\n");
    for (var header : headers) head.append(header).append("\r\n");
    if (!head.toString().contains("\r\nHost: ")) head.append("Host: localhost\r\n");
    if (!body.isEmpty()) head.append("Content-Length: ").append(bytes.length).append("\r\n");
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port(door))) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      var all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      return new Answered(
          Integer.parseInt(all.substring(9, 12)), all.substring(0, end), all.substring(end + 4));
    }
  }

  @Override
  public void close() {
    server.close();
    ledger.close();
    store.close();
  }
}
