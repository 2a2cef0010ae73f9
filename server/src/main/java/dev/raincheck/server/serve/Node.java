package dev.raincheck.server.serve;

import dev.raincheck.Raincheck;
import dev.raincheck.ledger.StoreException;
import dev.raincheck.operation.OperationType;
import dev.raincheck.operation.Operations;
import dev.raincheck.server.auth.Jwts;
import dev.raincheck.server.cli.Version;
import dev.raincheck.server.config.ServerConfig;
import dev.raincheck.server.config.TypeConfig;
import dev.raincheck.server.egress.NameResolver;
import dev.raincheck.server.health.Health;
import dev.raincheck.server.http.HttpServer;
import dev.raincheck.server.http.Route;
import dev.raincheck.server.metrics.Metrics;
import dev.raincheck.server.metrics.OperationLog;
import dev.raincheck.server.operation.BulkCancel;
import dev.raincheck.server.target.CallbackTokens;
import dev.raincheck.server.target.PushTargets;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running server. Started in one order, stopped in the reverse; both are written down here. */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** How long answers that are one commit away may take while the node stops. */
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);

  private final ServerConfig config;
  private final URI publicUrl;
  private final Raincheck raincheck;
  private final PushTargets targets;
  private final Jwts jwts;
  private final HttpServer front;
  private final @Nullable TlsDesk desk;
  private final Health health;
  private final Metrics metrics;
  private final String screen;
  private boolean closed;

  private Node(
      ServerConfig config,
      URI publicUrl,
      Raincheck raincheck,
      PushTargets targets,
      Jwts jwts,
      HttpServer front,
      @Nullable TlsDesk desk,
      Health health,
      Metrics metrics,
      String screen) {
    this.config = config;
    this.publicUrl = publicUrl;
    this.raincheck = raincheck;
    this.targets = targets;
    this.jwts = jwts;
    this.front = front;
    this.desk = desk;
    this.health = health;
    this.metrics = metrics;
    this.screen = screen;
  }

  /**
   * Opens the store, starts the engine, then the front: what answers can be answered for.
   *
   * @param extra types performed by this program itself, beside those of the configuration
   * @param whenBroken what to do when the store can no longer be trusted: the process should end
   * @throws RefusedStart if the configuration asks for what must not be
   */
  public static Node start(
      ServerConfig config, Collection<OperationType> extra, Consumer<StoreException> whenBroken)
      throws IOException {
    var opened = new Opened();
    try {
      return start(config, extra, whenBroken, opened);
    } catch (IOException | RuntimeException e) {
      opened.close(e);
      throw e;
    }
  }

  private static Node start(
      ServerConfig config,
      Collection<OperationType> extra,
      Consumer<StoreException> whenBroken,
      Opened opened)
      throws IOException {
    var clock = InstantSource.system();
    var chance = new SecureRandom();
    var main = FrontDoors.bound(config.listen());
    var publicUrl = config.publicUrl(main.port());

    var metrics = opened.add(new Metrics(clock));
    var stores = opened.add(Stores.open(config, clock));
    var store = stores.store();
    var signing = ServerSecret.of(store, chance);
    var tokens = new CallbackTokens(signing);
    var targets = opened.add(targets(config, publicUrl, tokens, clock, chance));

    var tenantNames = new TenantNames();
    var builder = Raincheck.on(store).blobs(stores.blobs().open()).clock(clock).whenBroken(whenBroken);
    builder.listen(metrics.operations()).listen(new OperationLog(tenantNames));
    config.operations().values().forEach(type -> builder.type(declared(type, targets)));
    extra.forEach(builder::type);
    var operations = new AtomicReference<@Nullable Operations>();
    builder.type(BulkCancel.type(() -> Objects.requireNonNull(operations.get(), "the engine is not built yet")));
    var raincheck = opened.add(builder.start());
    operations.set(raincheck.operations());
    tenantNames.from(raincheck.keys().tenants());

    var jwts =
        opened.add(
            new Jwts(
                config.auth(), config.egress(), raincheck.keys().tenants(), Version.number(),
                NameResolver.system(), clock, metrics.credentials()));
    var health = new Health(raincheck.engine().ledger()::healthy, raincheck.engine()::isStoreAway, jwts::withoutKeys);
    var desk =
        config.tls().isPresent()
            ? opened.add(TlsDesk.start(config.tls().get(), clock, metrics))
            : null;
    var doors =
        new FrontDoors(
            config, raincheck, jwts, health, metrics, signing, tokens, clock, chance,
            desk == null ? null : desk.tls());
    var front = opened.add(doors.open(main, publicUrl));
    metrics.watch(raincheck.engine(), front);
    metrics.watch(doors.streams());
    var screen = StartScreen.of(config, publicUrl, main, store.describe(), raincheck, doors.notes());
    return new Node(
        config, publicUrl, raincheck, targets, jwts, front, desk, health, metrics, screen);
  }

  private static PushTargets targets(
      ServerConfig config, URI publicUrl, CallbackTokens tokens, InstantSource clock, SecureRandom chance) {
    return new PushTargets(
        config.egress(),
        config.operations().values().stream().map(TypeConfig::target).toList(),
        () -> publicUrl,
        tokens,
        Version.number(),
        NameResolver.system(),
        clock,
        chance);
  }

  private static OperationType declared(TypeConfig type, PushTargets targets) {
    return DeclaredTypes.of(type, targets.handler(type.target(), type.timeouts().answer()));
  }

  public URI publicUrl() {
    return publicUrl;
  }

  /** The engine inside, for a program that runs both. */
  public Raincheck raincheck() {
    return raincheck;
  }

  /** What to show to who started it. */
  public String screen() {
    return screen;
  }

  /** Everything that is served at the main listener. */
  List<Route> mainRoutes() {
    return front.routes(FrontDoors.MAIN);
  }

  /** The port of the admin listener, if there is one. */
  public int adminPort() {
    return front.port(FrontDoors.ADMIN);
  }

  /**
   * Stops in order: unready, no new connections at the main listener, waits answered, nothing more claimed, handlers given their
   * time, the rest handed back, the ledger, the store. A request that was read is answered.
   */
  public synchronized void drain(Duration grace) {
    if (closed) return;
    closed = true;
    LOG.info("draining: at most {} s for {} attempts", grace.toSeconds(), raincheck.engine().underWay());
    health.unready(); // at the admin listener everybody can see so until the end
    front.stopAccepting(FrontDoors.MAIN);
    raincheck.engine().beginDrain();
    awaitQuiet();
    raincheck.engine().drain(grace);
    front.close();
    jwts.close();
    if (desk != null) desk.close();
    targets.close();
    raincheck.store().close();
    metrics.close();
    LOG.info("stopped");
  }

  private void awaitQuiet() {
    try {
      if (!front.awaitQuiet(ANSWERS_WITHIN)) LOG.warn("{} requests were not answered in time", front.requests());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Unready at once: for a store that can no longer be trusted. Requests under way get their answers, and
   * those that wait get them now: the end must not wait for them.
   */
  public void fail() {
    health.unready();
    front.stopAccepting(FrontDoors.MAIN);
    raincheck.engine().beginDrain();
    awaitQuiet();
  }

  @Override
  public void close() {
    drain(config.drain());
  }
}
