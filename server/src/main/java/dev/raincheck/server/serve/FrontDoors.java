package dev.raincheck.server.serve;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.Store;
import dev.raincheck.protocol.ProblemCode;
import dev.raincheck.server.auth.Jwts;
import dev.raincheck.server.auth.KeyAuthentication;
import dev.raincheck.server.auth.KeyRoutes;
import dev.raincheck.server.auth.ListenRule;
import dev.raincheck.server.auth.Quotas;
import dev.raincheck.server.auth.StandIns;
import dev.raincheck.server.auth.Standing;
import dev.raincheck.server.cli.Version;
import dev.raincheck.server.config.HostPort;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.TlsConfig;
import dev.raincheck.server.config.TypeConfig;
import dev.raincheck.server.document.DocumentRoutes;
import dev.raincheck.server.event.OpenStreams;
import dev.raincheck.server.health.Health;
import dev.raincheck.server.http.Cors;
import dev.raincheck.server.http.Door;
import dev.raincheck.server.http.HttpLimits;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.HttpSettings;
import dev.raincheck.server.http.Refusal;
import dev.raincheck.server.http.RequestListener;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.http.Routes;
import dev.raincheck.server.http.Tls;
import dev.raincheck.server.metrics.Metrics;
import dev.raincheck.server.metrics.RequestLog;
import dev.raincheck.server.operation.Callers;
import dev.raincheck.server.operation.TicketDoor;
import dev.raincheck.server.target.CallbackRoutes;
import dev.raincheck.server.target.CallbackTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The listeners and what is served at each. */
final class FrontDoors {
  static final String MAIN = "main";
  static final String ADMIN = "admin";

  private final ServerConfig config;
  private final Raincheck raincheck;
  private final Jwts jwts;
  private final Health health;
  private final Metrics metrics;
  private final byte[] signing;
  private final CallbackTokens tokens;
  private final InstantSource clock;
  private final SecureRandom chance;
  private final Standing standing;
  private final OpenStreams streams;
  private final @Nullable Tls tls;
  private final List<String> notes = new ArrayList<>();

  FrontDoors(
      ServerConfig config,
      Raincheck raincheck,
      Jwts jwts,
      Health health,
      Metrics metrics,
      byte[] signing,
      CallbackTokens tokens,
      InstantSource clock,
      SecureRandom chance,
      @Nullable Tls tls) {
    this.config = config;
    this.raincheck = raincheck;
    this.jwts = jwts;
    this.health = health;
    this.metrics = metrics;
    this.signing = signing;
    this.tokens = tokens;
    this.clock = clock;
    this.chance = chance;
    this.tls = tls;
    this.standing = new Standing(raincheck.keys(), jwts, clock);
    var limits = config.limits();
    this.streams =
        new OpenStreams(
            limits.streamsMax(), limits.streamsPerTenantMax(), standing::isGood, clock,
            raincheck.engine().alarms());
  }

  /** The streams that these doors serve. */
  OpenStreams streams() {
    return streams;
  }

  /** What was said about where we listen, for the start-up screen. */
  List<String> notes() {
    return notes;
  }

  /** Binds them all, or none. */
  HttpServer open(HostPort main, URI publicUrl) throws IOException {
    var quotas = new Quotas(config.rateLimit(), config.waitsPerKey(), clock);
    var doors = new ArrayList<Door>();
    doors.add(mainDoor(main, publicUrl, quotas));
    if (config.adminListen().isPresent()) doors.add(adminDoor(config.adminListen().get(), quotas));
    var requests = metrics.requests();
    var log = new RequestLog();
    RequestListener both =
        finished -> {
          requests.finished(finished);
          log.finished(finished);
        };
    return HttpServer.start(
        new HttpSettings(publicUrl, limits()), doors, both, chance, System::nanoTime);
  }

  private Door mainDoor(HostPort at, URI publicUrl, Quotas quotas) throws IOException {
    boolean loopback = mayListen("listen", at, !jwts.isEmpty());
    var listener = metrics.credentials();
    var routes = new ArrayList<Route>(health.routes());
    routes.addAll(
        OperationApi.routes(
            config, raincheck, publicUrl, signing, streams, clock, new Random(chance.nextLong())));
    long resultMax =
        config.operations().values().stream().map(TypeConfig::target).mapToLong(target -> target.responseBytesMax())
            .max()
            .orElse(0);
    routes.addAll(new CallbackRoutes(raincheck.operations(), tokens, resultMax, clock).routes());
    if (jwts.isEmpty()) {
      var operators = KeyAuthentication.forOperators(raincheck.keys(), quotas, listener, loopback);
      routes.addAll(new KeyRoutes(raincheck.keys(), operators, clock).onMainListener());
      routes.add(whileThereAreNoKeys(metrics.route()));
    }
    var standIns = new StandIns(standing, quotas);
    var everyone =
        new TicketDoor(
            KeyAuthentication.forEveryone(raincheck.keys(), quotas, jwts, listener, loopback),
            raincheck.operations(), signing, standIns::of, listener, clock);
    var documents =
        new DocumentRoutes(
            publicUrl, Version.number(), routes, OperationApi.declared(config),
            List.copyOf(raincheck.operations().types().all()), everyone, Callers.BY_KEY);
    routes.addAll(documents.all());
    var cors = new Cors(Set.copyOf(config.cors().allowedOrigins()), config.cors().maxAge());
    return new Door(MAIN, at.host(), at.port(), new Routes(routes), everyone, quotas, cors, tls);
  }

  /** From the first key on, the main listener is for tenants alone. */
  private Route whileThereAreNoKeys(Route route) {
    return route.answeredBy(
        request ->
            raincheck.keys().isEmpty()
                ? route.handler().answer(request)
                : Refusal.of(ProblemCode.NOT_FOUND, "There is nothing at this path."));
  }

  private Door adminDoor(HostPort at, Quotas quotas) throws IOException {
    boolean loopback = mayListen("admin_listen", at, false);
    var operators =
        KeyAuthentication.forOperators(raincheck.keys(), quotas, metrics.credentials(), loopback);
    var routes = new ArrayList<Route>(health.routes());
    routes.add(metrics.route());
    routes.addAll(new KeyRoutes(raincheck.keys(), operators, clock).onAdminListener());
    var itsTls = config.tls().filter(TlsConfig::admin).isPresent() ? tls : null;
    return new Door(
        ADMIN, at.host(), at.port(), new Routes(routes), operators, quotas, Cors.NONE, itsTls);
  }

  private boolean mayListen(String key, HostPort at, boolean tokens) throws IOException {
    var address = InetAddress.getByName(at.host());
    return switch (ListenRule.of(key, address, tokens || !raincheck.keys().isEmpty())) {
      case ListenRule.Refuse(var why) -> throw new RefusedStart(why);
      case ListenRule.Listen(var note) -> {
        if (!note.isEmpty() && notes.isEmpty()) notes.add(note);
        yield address.isLoopbackAddress();
      }
    };
  }

  private HttpLimits limits() {
    var usual = HttpLimits.DEFAULT;
    return new HttpLimits(
        usual.headerTime(), usual.bodyStillTime(), usual.bodyBytesPerSecondMin(), usual.idleTime(),
        usual.lingerTime(), usual.goneAfter(), usual.uriBytesMax(), config.limits().headerBytesMax(),
        usual.bodiesBytesMax(), usual.requestsMax(), config.limits().connectionsMax(), usual.backlog());
  }

  /** A port that is free now, where the configuration leaves the choice to the system. */
  static HostPort bound(HostPort at) throws IOException {
    if (at.port() != 0) return at;
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(at.host()))) {
      return new HostPort(at.host(), socket.getLocalPort());
    }
  }
}
